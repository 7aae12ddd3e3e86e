package dev.squall.server.watch;

import dev.squall.node.Route;
import dev.squall.server.http.KeyPath;
import dev.squall.server.route.MemberClient;
import dev.squall.view.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows a shard that lies elsewhere: the same watch at a member that holds it, begun anew at the
 * next one whenever it ends. Single-threaded: belongs to its watch's event loop.
 */
final class RemoteCursor implements EventLines.Sink {

    /** A stream that does not even bring a heartbeat for this long has ended. */
    private static final long SILENCE_MILLIS = 3 * Watch.HEARTBEAT_MILLIS;

    private static final long RETRY_MILLIS = 500;

    private final Watch watch;
    private final Vertx vertx;
    private final MemberClient client;
    private final int shard;
    private final List<Member> members;
    private int turn;
    private boolean ended;
    private boolean waiting;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;

    RemoteCursor(Watch watch, Vertx vertx, MemberClient client, Route route, int self) {
        this.watch = watch;
        this.vertx = vertx;
        this.client = client;
        this.shard = route.shard();
        this.members = route.members().stream().filter(m -> m.id() != self).toList();
    }

    void connect() {
        if (ended || members.isEmpty()) {
            return;
        }
        var member = members.get(turn++ % members.size());
        var path =
                "/v1/watch?shard=%d&prefix=%s".formatted(shard, KeyPath.parameter(watch.prefix()));
        client.stream(member, path, SILENCE_MILLIS)
                .compose(this::send)
                .onSuccess(this::follow)
                .onFailure(_ -> later());
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened) {
        request = opened;
        if (watch.position().knows(shard)) {
            opened.putHeader("Last-Event-ID", shard + ":" + watch.position().version(shard));
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
        if (watch.full()) {
            opened.pause();
        }
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
        watch.position().advance(shard, Position.parse(id).version(shard));
        if (!data.isEmpty()) {
            watch.relay(type, data);
        }
        if (watch.full() && response != null) {
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
