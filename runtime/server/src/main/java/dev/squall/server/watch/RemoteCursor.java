package dev.squall.server.watch;

import dev.squall.base.Failure;
import dev.squall.server.http.KeyPath;
import dev.squall.server.route.MemberClient;
import dev.squall.store.Position;
import dev.squall.view.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Follows a shard that lies elsewhere: the same watch at a member that holds it, begun anew at the
 * next one whenever it ends, from the position that has been reached. While the watch's client
 * takes nothing, nothing is taken from the member either.
 *
 * <p>Single-threaded: belongs to its watch's event loop.
 */
final class RemoteCursor implements EventLines.Sink {

    /** A stream that does not even bring a heartbeat for this long has ended: 45 s. */
    private static final long SILENCE_MILLIS = 3 * Watch.HEARTBEAT_MILLIS;

    /** Between two attempts to reach a member: 250 ms. */
    private static final long RETRY_MILLIS = 250;

    private final Watch watch;
    private final ShardFeed feed;
    private final Vertx vertx;
    private final MemberClient client;
    private int turn;
    private boolean ended;
    private boolean waiting;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;

    RemoteCursor(Watch watch, ShardFeed feed, Vertx vertx, MemberClient client) {
        this.watch = watch;
        this.feed = feed;
        this.vertx = vertx;
        this.client = client;
    }

    void connect() {
        if (ended) {
            return;
        }
        var members = feed.others();
        if (members.isEmpty()) {
            later();
            return;
        }
        Member member = members.get(turn++ % members.size());
        client.stream(member, path(), SILENCE_MILLIS)
                .compose(this::send)
                .onSuccess(this::follow)
                .onFailure(_ -> later());
    }

    private String path() {
        var path =
                "/v1/watch?shard=%d&prefix=%s"
                        .formatted(feed.shard(), KeyPath.parameter(watch.prefix()));
        return feed.from() == ShardFeed.NOW ? path : path + "&from=" + feed.from();
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened) {
        request = opened;
        if (watch.position().begun(feed.shard())) {
            opened.putHeader("Last-Event-ID", watch.position().of(feed.shard()));
        }
        return opened.send();
    }

    private void follow(HttpClientResponse opened) {
        if (ended || opened.statusCode() != 200) {
            opened.request().reset();
            later();
            return;
        }
        response = opened;
        opened.exceptionHandler(_ -> later());
        opened.endHandler(_ -> later());
        opened.handler(new EventLines(this));
        pauseIfFull();
    }

    /** Comes back to connect, once for every stream that ended. */
    private void later() {
        request = null;
        response = null;
        if (!ended && !waiting) {
            waiting = true;
            vertx.setTimer(
                    RETRY_MILLIS,
                    _ -> {
                        waiting = false;
                        connect();
                    });
        }
    }

    @Override
    public void event(String id, String type, String data) {
        if (ended) {
            return; // the shard is read elsewhere by now
        }
        try {
            watch.relay(feed.shard(), Position.parse(id).version(feed.shard()), type, data);
        } catch (Failure e) {
            broken(new IOException(e));
        }
        pauseIfFull();
    }

    private void pauseIfFull() {
        if (response != null && watch.full()) {
            response.pause();
        }
    }

    @Override
    public void broken(IOException reason) {
        if (request != null) {
            request.reset();
        }
    }

    /** The watch can take more. */
    void drained() {
        if (response != null) {
            response.resume();
        }
    }

    void end() {
        ended = true;
        if (request != null) {
            request.reset();
        }
    }
}
