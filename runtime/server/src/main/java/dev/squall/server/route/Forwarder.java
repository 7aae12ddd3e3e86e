package dev.squall.server.route;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Times;
import dev.squall.server.problem.ProblemAnswers;
import dev.squall.server.problem.Refusal;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the resources: a request for a key whose shard this node does not hold goes to a
 * member that holds it, and a change to one that takes puts of it, so that every node answers for
 * every key. Answers and large bodies flow through as streams; a small body is kept until there is
 * an answer, so that it can go to another member when the first is lost.
 *
 * <p>See {@link Passage} for what becomes of a request whose member is lost.
 */
@Singleton
public final class Forwarder {

    /** Before every resource, and after the check of the body's size. */
    private static final int ORDER = -1;

    /** Up to here a body is kept, so that it can go to another member: 1 MiB. */
    static final int KEPT_BYTES_MAX = 1 << 20;

    private static final String PRODUCER = "Squall-Producer";
    private static final String HISTORY = "/v1/history/";
    private static final String LABELS = "/v1/labels/";

    private static final Set<HttpMethod> CHANGES = Set.of(HttpMethod.PUT, HttpMethod.DELETE);

    private final Node node;
    private final Bodies bodies;
    private final MemberClient client;
    private final Lost lost;
    private final ProblemAnswers answers;
    private final Set<Passage> underway = ConcurrentHashMap.newKeySet();

    Forwarder(Node node, Bodies bodies, MemberClient client, Lost lost, ProblemAnswers answers) {
        this.node = node;
        this.bodies = bodies;
        this.client = client;
        this.lost = lost;
        this.answers = answers;
        lost.listen(member -> underway.forEach(passage -> passage.lost(member)));
    }

    void install(@Observes Router router) {
        install(router, "/v1/objects/", false);
        install(router, HISTORY, false);
        install(router, LABELS, false);
        install(router, "/v1/trigger/", true);
    }

    private void install(Router router, String prefix, boolean trigger) {
        router.route(prefix + "*").order(ORDER).handler(context -> route(context, prefix, trigger));
    }

    private void route(RoutingContext context, String prefix, boolean trigger) {
        var path = ProblemAnswers.path(context.request());
        if (!path.startsWith(prefix)) {
            context.next();
            return;
        }
        Route route;
        try {
            var found = found(context.request(), KeyPath.key(path, prefix), prefix);
            if (found.isEmpty()) {
                context.next();
                return;
            }
            route = found.get();
        } catch (Failure e) {
            // What reaches a resource is normalized: it would take /a//b for another key.
            if (e.kind() == Failure.Kind.INVALID) {
                answers.end(context, e);
            } else {
                context.next(); // the resource meets the same failure and explains it
            }
            return;
        }
        boolean toRunner = trigger || route.pool().store() == StoreKind.TRIGGER;
        boolean changes = !toRunner && CHANGES.contains(context.request().method());
        boolean served = changes ? route.sends() : route.local();
        boolean here = toRunner ? route.runner().id() == node.config().id() : served;
        boolean forwarded = context.request().headers().contains(MemberClient.FORWARDED);
        if (here || (forwarded && route.local())) {
            context.next();
        } else if (forwarded) {
            answers.end(context, strange(route));
        } else {
            // Where nothing is stored, no producer is remembered.
            boolean once = !toRunner && context.request().headers().contains(PRODUCER);
            var members = changes ? route.senders() : route.members();
            pass(context, candidates(route, members, toRunner), once);
        }
    }

    /** Where a request goes; empty when this node gathers the answer. */
    private Optional<Route> found(HttpServerRequest request, String key, String prefix) {
        if (prefix.equals(HISTORY)) {
            boolean moved = node.where().history(key).size() > 1;
            return moved ? Optional.empty() : Optional.of(node.route(key));
        }
        if (prefix.equals(LABELS)) {
            return Optional.of(node.route(key)); // whichever version it is for
        }
        var at = request.getParam("at");
        var version = request.getParam("version");
        if (at != null) {
            return Optional.of(node.where().at(key, Times.micros("at", at)));
        }
        return Optional.of(
                version == null
                        ? node.route(key)
                        : node.where().of(key, Times.number("version", version)));
    }

    private void pass(RoutingContext context, List<Member> members, boolean once) {
        var request = context.request();
        boolean bare =
                !request.method().equals(HttpMethod.PUT)
                        && !request.method().equals(HttpMethod.POST);
        if (bare) {
            begin(context, members, Buffer.buffer(), once);
        } else if (Bodies.announced(request) < 0 || Bodies.announced(request) > KEPT_BYTES_MAX) {
            begin(context, members, null, false);
        } else {
            var ended = new CompletableFuture<Void>();
            context.addEndHandler(_ -> ended.complete(null));
            bodies.use(
                            request,
                            KEPT_BYTES_MAX,
                            bytes -> {
                                begin(context, members, Buffer.buffer(bytes), once);
                                return ended;
                            })
                    .whenComplete((_, e) -> refuse(context, e));
        }
    }

    private void begin(
            RoutingContext context, List<Member> members, @Nullable Buffer body, boolean once) {
        var passage = new Passage(context, members, body, once, client, lost, answers);
        underway.add(passage);
        context.addEndHandler(_ -> underway.remove(passage));
        passage.begin();
    }

    private void refuse(RoutingContext context, @Nullable Throwable e) {
        var cause = e instanceof CompletionException wrapped ? wrapped.getCause() : e;
        switch (cause) {
            case null -> {}
            case Failure failure -> answers.end(context, failure);
            case Refusal refusal -> answers.end(context, refusal.problem());
            default -> context.fail(cause);
        }
    }

    private static Failure strange(Route route) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "this node does not hold shard %d of pool /%s; the view is changing"
                        .formatted(route.index(), route.pool().name()));
    }

    private List<Member> candidates(Route route, List<Member> from, boolean toRunner) {
        var members = new ArrayList<Member>();
        if (toRunner) {
            members.add(route.runner());
        }
        for (var member : from) {
            if (!members.contains(member) && member.id() != node.config().id()) {
                members.add(member);
            }
        }
        return members;
    }
}
