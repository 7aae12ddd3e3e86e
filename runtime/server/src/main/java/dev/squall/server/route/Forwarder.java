package dev.squall.server.route;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.http.KeyPath;
import dev.squall.server.problem.ProblemAnswers;
import dev.squall.view.Member;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Stands before the resources: a request for a key whose shard this node does not hold goes to a
 * member that holds it, both ways as a stream, so that every node answers for every key and none
 * keeps a body only to pass it on.
 *
 * <p>The first member to take the connection gets the request. Once its body has begun to flow it
 * cannot be sent again: if the member is then lost, a read goes to the next one, and a write is
 * answered with "outcome unknown", which a retry with the same producer triple settles.
 */
@Singleton
public final class Forwarder {

    /** Before every resource, and after the check of the body's size. */
    private static final int ORDER = -1;

    /** How long a member may be silent: waits for times and replies included, 90 s. */
    private static final long SILENCE_MILLIS = 90_000;

    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "host",
                    "expect",
                    "content-encoding",
                    "accept-encoding",
                    "squall-forwarded");

    private final Node node;
    private final MemberClient client;
    private final ProblemAnswers answers;

    Forwarder(Node node, MemberClient client, ProblemAnswers answers) {
        this.node = node;
        this.client = client;
        this.answers = answers;
    }

    void install(@Observes Router router) {
        install(router, "/v1/objects/", false);
        install(router, "/v1/history/", false);
        install(router, "/v1/trigger/", true);
    }

    private void install(Router router, String prefix, boolean toRunner) {
        router.route(prefix + "*")
                .order(ORDER)
                .handler(context -> route(context, prefix, toRunner));
    }

    private void route(RoutingContext context, String prefix, boolean toRunner) {
        var path = ProblemAnswers.path(context.request());
        if (!path.startsWith(prefix)) {
            context.next();
            return;
        }
        Route route;
        try {
            route = node.route(KeyPath.key(path, prefix));
        } catch (Failure e) {
            // What reaches a resource is normalized: it would take /a//b for another key.
            if (e.kind() == Failure.Kind.INVALID) {
                answers.end(context, e);
            } else {
                context.next(); // the resource meets the same failure and explains it
            }
            return;
        }
        boolean here = toRunner ? route.runner().id() == node.config().id() : route.local();
        boolean forwarded = context.request().headers().contains(MemberClient.FORWARDED);
        if (here || (forwarded && route.local())) {
            context.next();
        } else if (forwarded) {
            answers.end(context, strange(route));
        } else {
            new Attempt(context, candidates(route, toRunner)).next();
        }
    }

    private static Failure strange(Route route) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "this node does not hold shard %d of pool /%s; the view is changing"
                        .formatted(route.index(), route.pool().name()));
    }

    private List<Member> candidates(Route route, boolean toRunner) {
        var members = new ArrayList<Member>();
        if (toRunner) {
            members.add(route.runner());
        }
        for (var member : route.members()) {
            if (!members.contains(member) && member.id() != node.config().id()) {
                members.add(member);
            }
        }
        return members;
    }

    /** One request on its way to one member after the other. Belongs to its event loop. */
    private final class Attempt {
        private final RoutingContext context;
        private final List<Member> members;
        private int tried;
        private String reason = "it has no other member";

        Attempt(RoutingContext context, List<Member> members) {
            this.context = context;
            this.members = members;
        }

        void next() {
            if (tried == members.size()) {
                answers.end(
                        context,
                        new Failure(
                                Failure.Kind.UNAVAILABLE,
                                "no member that holds this key answers: " + reason));
                return;
            }
            var member = members.get(tried++);
            var request = context.request();
            client.open(request.method(), member, request.uri(), SILENCE_MILLIS)
                    .onFailure(e -> failed(member, e))
                    .onSuccess(onward -> send(member, onward));
        }

        private void failed(Member member, Throwable e) {
            reason = "node %d: %s".formatted(member.id(), e.getMessage());
            next();
        }

        private void send(Member member, HttpClientRequest onward) {
            var request = context.request();
            copyHeaders(request, onward);
            onward.response()
                    .onSuccess(answer -> answer(member, answer))
                    .onFailure(e -> lost(member, e));
            if (bodyless(request)) {
                onward.end();
                return;
            }
            if (!onward.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                onward.setChunked(true);
            }
            if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
                request.response().writeContinue();
            }
            request.pipeTo(onward).onFailure(_ -> onward.reset());
        }

        private boolean bodyless(HttpServerRequest request) {
            return request.method().equals(HttpMethod.GET)
                    || request.method().equals(HttpMethod.HEAD)
                    || request.method().equals(HttpMethod.DELETE);
        }

        private void lost(Member member, Throwable e) {
            var method = context.request().method();
            if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
                failed(member, e);
                return;
            }
            answers.end(
                    context,
                    new Failure(
                            Failure.Kind.OUTCOME_UNKNOWN,
                            "node %d was lost on it (%s); a retry with a producer settles it"
                                    .formatted(member.id(), e.getMessage())));
        }

        private void answer(Member member, HttpClientResponse answer) {
            var response = context.response();
            response.setStatusCode(answer.statusCode());
            answer.headers()
                    .forEach(header -> {
                        if (!hopByHop(header.getKey())) {
                            response.headers().add(header.getKey(), header.getValue());
                        }
                    });
            response.putHeader("Squall-Node", Integer.toString(member.id()));
            if (context.request().method().equals(HttpMethod.HEAD)) {
                response.end();
                return;
            }
            if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                response.setChunked(true);
            }
            answer.pipeTo(response).onFailure(_ -> response.reset());
        }
    }

    private static void copyHeaders(HttpServerRequest from, HttpClientRequest to) {
        from.headers()
                .forEach(header -> {
                    if (!hopByHop(header.getKey())) {
                        to.headers().add(header.getKey(), header.getValue());
                    }
                });
    }

    private static boolean hopByHop(String name) {
        return HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT));
    }
}
