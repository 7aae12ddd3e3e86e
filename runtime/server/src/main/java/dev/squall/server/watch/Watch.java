package dev.squall.server.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.store.StoredObject;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's stream of changes. It reads the shards' logs itself, a bounded stretch at a time and
 * only while the connection takes more, so a slow client holds up nobody: what it has not read is
 * in the log, and what the log drops meanwhile it is told to have missed.
 *
 * <p>Single-threaded: belongs to its connection's event loop, except {@link #wake}.
 */
final class Watch implements LogCursor.Sink {

    /** How often a comment shows that the stream lives. */
    static final long HEARTBEAT_MILLIS = 15_000;

    /** Records that are looked at before others may use the event loop. */
    private static final int RECORDS_PER_TURN = 512;

    private final Context context;
    private final HttpServerResponse response;
    private final ObjectMapper json;
    private final String prefix;
    private final Position position;
    private final List<LogCursor> local;
    private final List<RemoteCursor> remote = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();
    private final AtomicBoolean awake = new AtomicBoolean();
    private boolean ended;

    Watch(
            Context context,
            HttpServerResponse response,
            ObjectMapper json,
            String prefix,
            Position position,
            List<LogCursor> local) {
        this.context = context;
        this.response = response;
        this.json = json;
        this.prefix = prefix;
        this.position = position;
        this.local = List.copyOf(local);
    }

    String prefix() {
        return prefix;
    }

    Position position() {
        return position;
    }

    void add(RemoteCursor cursor) {
        remote.add(cursor);
    }

    /** Begins the stream: with the position, so that even a client that saw nothing can resume. */
    void begin() {
        local.forEach(cursor -> position.advance(cursor.shard(), cursor.version()));
        response.setChunked(true);
        response.putHeader("Content-Type", "text/event-stream");
        response.putHeader("Cache-Control", "no-store");
        response.putHeader("X-Accel-Buffering", "no");
        response.drainHandler(_ -> drained());
        out.append("retry: 1000\n: watching ").append(local.size() + remote.size());
        out.append(" shard(s)\n");
        if (!position.toString().isEmpty()) {
            out.append("id: ").append(position).append('\n');
        }
        out.append('\n');
        flush();
        remote.forEach(RemoteCursor::connect);
        wake();
    }

    /** There may be something new. Any thread. */
    void wake() {
        if (awake.compareAndSet(false, true)) {
            context.runOnContext(_ -> pump());
        }
    }

    private void pump() {
        awake.set(false);
        if (ended || full()) {
            return;
        }
        boolean more = false;
        for (var cursor : local) {
            more |= cursor.advance(RECORDS_PER_TURN, this);
            position.advance(cursor.shard(), cursor.version());
        }
        flush();
        if (more) {
            wake();
        }
    }

    @Override
    public void found(LogCursor cursor, StoredObject object) {
        position.advance(cursor.shard(), object.version());
        try {
            event("put", json.writeValueAsString(Change.of(cursor.shard(), object)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a change is not JSON", e);
        }
    }

    @Override
    public void missed(LogCursor cursor) {
        event("missed", "{\"shard\":%d,\"after\":%d}".formatted(cursor.shard(), cursor.version()));
    }

    /** An event of a shard that lies elsewhere. */
    void relay(String type, String data) {
        event(type, data);
        flush();
    }

    private void event(String type, String data) {
        out.append("id: ").append(position).append("\nevent: ").append(type);
        out.append("\ndata: ").append(data).append("\n\n");
    }

    void heartbeat() {
        if (!ended && !full()) {
            out.append(": alive\n\n");
            flush();
        }
    }

    private void flush() {
        if (!out.isEmpty() && !ended) {
            response.write(out.toString());
            out.setLength(0);
        }
    }

    /** Whether the connection takes no more at the moment. */
    boolean full() {
        return response.writeQueueFull();
    }

    private void drained() {
        remote.forEach(RemoteCursor::drained);
        wake();
    }

    /** The connection is gone, or is to go. */
    void end() {
        if (!ended) {
            ended = true;
            remote.forEach(RemoteCursor::end);
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        }
    }
}
