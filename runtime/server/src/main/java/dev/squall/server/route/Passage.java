package dev.squall.server.route;

import dev.squall.base.Failure;
import dev.squall.server.http.EventLoop;
import dev.squall.server.problem.ProblemAnswers;
import dev.squall.view.Member;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through this node, to one member after the other.
 *
 * <p>It goes on to the next member as long as nothing can have been done: the member takes no
 * connection, or answers that it is unavailable. When a member is lost on a request, a read goes to
 * the next one; a write is answered with "outcome unknown", which a retry with the same producer
 * triple settles. Such a retry is made here, once and within {@link #RETRY_NANOS}, if the write
 * carries a triple. From then on what is not an answer leaves the outcome unknown.
 *
 * <p>A body that is too large to be kept (see {@link Forwarder#KEPT_BYTES_MAX}) flows through, and
 * can go to one member only.
 *
 * <p>Belongs to the request's event loop, except {@link #lost(int)}.
 */
final class Passage {

    /** How long a member may be silent on what it answers at once: 10 s. */
    private static final long SILENCE_MILLIS = 10_000;

    /** How long it may be silent where the caller asked it to wait, or logic runs: 90 s. */
    private static final long WAIT_MILLIS = 90_000;

    /** How long a body may flow through, in or out; whoever is lost meanwhile is noticed: 6 h. */
    private static final long FLOW_MILLIS_MAX = 21_600_000;

    /** A write whose outcome is unknown is sent again this long after it came, at most: 5 s. */
    private static final long RETRY_NANOS = 5_000_000_000L;

    /** The largest refusal that is read to see what it means: 64 KiB. */
    private static final int REFUSAL_BYTES_MAX = 64 << 10;

    private static final int UNAVAILABLE = 503;

    private final RoutingContext context;
    private final Executor loop = EventLoop.current();
    private final long began = System.nanoTime();
    private final List<Member> members;
    private final @Nullable Buffer body;
    private final boolean once;
    private final MemberClient client;
    private final Lost lost;
    private final ProblemAnswers answers;
    private int tried;
    private boolean flowed;
    private boolean retried;
    private String reason = "it has no other member";
    private String unknown = "";
    private @Nullable Member at;
    private @Nullable HttpClientRequest onward;

    /**
     * @param members who may answer, in the order in which they are tried
     * @param body the request's, if it is kept; empty when it has none
     * @param once whether the request is done once, however often it is sent
     */
    Passage(
            RoutingContext context,
            List<Member> members,
            @Nullable Buffer body,
            boolean once,
            MemberClient client,
            Lost lost,
            ProblemAnswers answers) {
        this.context = context;
        this.members = members;
        this.body = body;
        this.once = once;
        this.client = client;
        this.lost = lost;
        this.answers = answers;
    }

    void begin() {
        if (context.response().closed()) {
            return; // nobody waits for it any more
        }
        if (tried == members.size() || flowed) {
            end();
            return;
        }
        var member = members.get(tried++);
        if (lost.is(member)) {
            next("node %d is lost".formatted(member.id()));
            return;
        }
        at = member;
        var request = context.request();
        client.open(request.method(), member, request.uri(), silenceMillis(request))
                .onFailure(e -> next("node %d: %s".formatted(member.id(), e.getMessage())))
                .onSuccess(opened -> send(member, opened));
    }

    private void next(String why) {
        reason = why;
        begin();
    }

    /** Nobody is left to ask. */
    private void end() {
        answers.end(
                context,
                unknown.isEmpty()
                        ? new Failure(
                                Failure.Kind.UNAVAILABLE,
                                "no member that holds this key answers: " + reason)
                        : new Failure(Failure.Kind.OUTCOME_UNKNOWN, unknown));
    }

    private static long silenceMillis(HttpServerRequest request) {
        boolean waits =
                request.getParam("wait") != null || request.method().equals(HttpMethod.POST);
        return waits ? WAIT_MILLIS : SILENCE_MILLIS;
    }

    /** A member is lost: whoever waits for it waits in vain. Any thread. */
    void lost(int id) {
        loop.execute(() -> {
            if (onward != null && at != null && at.id() == id) {
                onward.reset();
            }
        });
    }

    private void send(Member member, HttpClientRequest opened) {
        var request = context.request();
        onward = opened;
        Headers.copy(request.headers(), opened.headers());
        opened.response()
                .onSuccess(answer -> answer(member, answer))
                .onFailure(e -> broke(member, e));
        if (body != null) {
            opened.end(body);
            return;
        }
        flowed = true;
        opened.idleTimeout(FLOW_MILLIS_MAX); // while the body flows, there is nothing to be heard
        if (!opened.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            opened.setChunked(true);
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        long silence = silenceMillis(request);
        request.pipeTo(opened)
                .onSuccess(_ -> opened.idleTimeout(silence))
                .onFailure(_ -> opened.reset());
    }

    private static boolean isRead(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private void broke(Member member, Throwable e) {
        onward = null;
        var why = "node %d was lost on it (%s)".formatted(member.id(), e.getMessage());
        if (isRead(context.request())) {
            next(why);
        } else {
            unknown(why + "; a retry with a producer settles it");
        }
    }

    /** It may have been done. */
    private void unknown(String why) {
        unknown = why;
        boolean inTime = System.nanoTime() - began < RETRY_NANOS;
        if (once && !flowed && !retried && inTime) {
            retried = true;
            tried = tried == members.size() ? 0 : tried; // whoever was busy may be there again
            begin();
        } else {
            end();
        }
    }

    private void answer(Member member, HttpClientResponse answer) {
        if (answer.statusCode() == UNAVAILABLE && !isRead(context.request())) {
            MemberClient.whole(answer, REFUSAL_BYTES_MAX)
                    .onSuccess(refusal -> refused(member, answer, refusal))
                    .onFailure(e -> broke(member, e));
            return;
        }
        var response = context.response();
        answer.request().idleTimeout(FLOW_MILLIS_MAX); // a reader may be slow
        head(member, answer);
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
        }
        answer.pipeTo(response).onFailure(_ -> response.reset());
    }

    private void head(Member member, HttpClientResponse answer) {
        var response = context.response();
        response.setStatusCode(answer.statusCode());
        Headers.copy(answer.headers(), response.headers());
        response.putHeader("Squall-Node", Integer.toString(member.id()));
    }

    /** A member does not do it, or does not know whether it has. */
    private void refused(Member member, HttpClientResponse answer, Buffer refusal) {
        var failure = client.failure(answer, refusal);
        onward = null;
        var why = "node %d: %s".formatted(member.id(), failure.getMessage());
        if (failure.kind() == Failure.Kind.OUTCOME_UNKNOWN) {
            unknown(why);
        } else if (failure.kind() == Failure.Kind.UNAVAILABLE && !flowed) {
            next(why);
        } else if (!unknown.isEmpty()) {
            end();
        } else {
            head(member, answer);
            context.response().end(refusal);
        }
    }
}
