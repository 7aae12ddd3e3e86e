package dev.squall.server.route;

import dev.squall.base.Failure;
import dev.squall.server.http.EventLoop;
import dev.squall.server.problem.ProblemAnswers;
import dev.squall.view.Member;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through this node, to one member after the other.
 *
 * <p>The first member to take the connection gets the request. Once its body has begun to flow it
 * cannot be sent again: if the member is then lost, a read goes to the next one, and a write is
 * answered with "outcome unknown", which a retry with the same producer triple settles.
 *
 * <p>Belongs to the request's event loop, except {@link #lost(int)}.
 */
final class Passage {

    /** How long a member may be silent on what it answers at once: 10 s. */
    private static final long SILENCE_MILLIS = 10_000;

    /** How long it may be silent where the caller asked it to wait, or logic runs: 90 s. */
    private static final long WAIT_MILLIS = 90_000;

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

    private final RoutingContext context;
    private final Executor loop = EventLoop.current();
    private final List<Member> members;
    private final MemberClient client;
    private final Lost lost;
    private final ProblemAnswers answers;
    private int tried;
    private String reason = "it has no other member";
    private @Nullable HttpClientRequest onward;

    Passage(
            RoutingContext context,
            List<Member> members,
            MemberClient client,
            Lost lost,
            ProblemAnswers answers) {
        this.context = context;
        this.members = members;
        this.client = client;
        this.lost = lost;
        this.answers = answers;
    }

    void begin() {
        if (tried == members.size()) {
            answers.end(
                    context,
                    new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "no member that holds this key answers: " + reason));
            return;
        }
        var member = members.get(tried++);
        if (lost.is(member)) {
            reason = "node %d is lost".formatted(member.id());
            begin();
            return;
        }
        var request = context.request();
        client.open(request.method(), member, request.uri(), silenceMillis(request))
                .onFailure(e -> failed(member, e))
                .onSuccess(opened -> send(member, opened));
    }

    private static long silenceMillis(HttpServerRequest request) {
        boolean waits =
                request.getParam("wait") != null || request.method().equals(HttpMethod.POST);
        return waits ? WAIT_MILLIS : SILENCE_MILLIS;
    }

    private void failed(Member member, Throwable e) {
        reason = "node %d: %s".formatted(member.id(), e.getMessage());
        begin();
    }

    /** A member is lost: whoever waits for it waits in vain. Any thread. */
    void lost(int id) {
        loop.execute(() -> {
            if (onward != null && members.get(tried - 1).id() == id) {
                onward.reset();
            }
        });
    }

    private void send(Member member, HttpClientRequest opened) {
        var request = context.request();
        onward = opened;
        copyHeaders(request, opened);
        opened.response()
                .onSuccess(answer -> answer(member, answer))
                .onFailure(e -> lost(member, e));
        if (isRead(request) || request.method().equals(HttpMethod.DELETE)) {
            opened.end();
            return;
        }
        if (!opened.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            opened.setChunked(true);
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        request.pipeTo(opened).onFailure(_ -> opened.reset());
    }

    private static boolean isRead(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private void lost(Member member, Throwable e) {
        onward = null;
        if (isRead(context.request())) {
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
