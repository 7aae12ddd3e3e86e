package dev.squall.server.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.squall.base.Failure;
import dev.squall.server.problem.Refusal;
import dev.squall.store.LogCursor;
import dev.squall.store.Position;
import dev.squall.store.StoredObject;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's stream of changes. It reads the shards' logs itself, a bounded stretch at a time and
 * only while the connection takes more, so a slow client holds up nobody: what it has not read is
 * in the log, and what the log drops meanwhile it is told to have missed.
 *
 * <p><b>Memory.</b> What is on its way to the client: at most {@link #QUEUE_BYTES_MAX} at the
 * connection, {@link #TURN_BYTES_MAX} here, and one event.
 *
 * <p>Single-threaded: belongs to its connection's event loop, except {@link #wake}.
 */
final class Watch implements LogCursor.Sink {

    /** How often a comment shows that the stream lives: 15 s. */
    static final long HEARTBEAT_MILLIS = 15_000;

    /** How often it is looked whether shards have come, gone or moved: 1 s. */
    static final long LOOK_MILLIS = 1_000;

    /** What the connection holds before the watch reads no further: 64 KiB. */
    static final int QUEUE_BYTES_MAX = 64 << 10;

    /** What is written at once: 64 KiB. */
    static final int TURN_BYTES_MAX = 64 << 10;

    /** Records that are looked at before others may use the event loop. */
    private static final int RECORDS_PER_TURN = 512;

    /** The first events wait so long until every shard has been reached: 2 s. */
    private static final long REACH_MILLIS_MAX = 2_000;

    private final Context context;
    private final HttpServerResponse response;
    private final ShardFeed.Sources sources;
    private final Scope scope;
    private final Position position;
    private final List<ShardFeed> feeds = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();
    private final AtomicBoolean awake = new AtomicBoolean();
    private volatile boolean stuck;
    private boolean begun;
    private boolean ended;
    private long silentMillis;

    Watch(
            Context context,
            HttpServerResponse response,
            ShardFeed.Sources sources,
            Scope scope,
            Position position) {
        this.context = context;
        this.response = response;
        this.sources = sources;
        this.scope = scope;
        this.position = position;
    }

    String prefix() {
        return scope.prefix();
    }

    Position position() {
        return position;
    }

    /**
     * Begins the stream.
     *
     * @param shards its shards now
     * @param from the first version to see where the position says nothing, or {@link
     *     ShardFeed#NOW}
     */
    void begin(Set<Integer> shards, long from) {
        boolean resumed = !position.isEmpty();
        for (int shard : shards) {
            if (!position.names(shard)) {
                // A shard that a position does not name is younger: nothing of it is passed.
                position.advance(shard, resumed ? 0 : Position.NOT_BEGUN);
            }
            add(shard, from);
        }
        response.setChunked(true);
        response.setWriteQueueMaxSize(QUEUE_BYTES_MAX);
        response.putHeader("Content-Type", "text/event-stream");
        response.putHeader("Cache-Control", "no-store");
        response.putHeader("X-Accel-Buffering", "no");
        response.drainHandler(_ -> drained());
        response.write("retry: 1000\n: watching " + feeds.size() + " shard(s)\n");
        feeds.forEach(ShardFeed::choose);
        context.owner().setTimer(REACH_MILLIS_MAX, _ -> beginNow());
        beginWhenReached();
    }

    private void add(int shard, long from) {
        feeds.add(new ShardFeed(this, sources, scope, shard, from));
    }

    /** The first id names a place in every shard, so that who saw nothing can resume too. */
    private void beginWhenReached() {
        if (feeds.stream().allMatch(feed -> position.begun(feed.shard()))) {
            beginNow();
        }
    }

    private void beginNow() {
        if (!begun && !ended) {
            begun = true;
            out.insert(0, position.isEmpty() ? "\n" : "id: " + position + "\n\n");
            flush();
            drained();
        }
    }

    /** There may be something new. Any thread. */
    void wake() {
        if (!stuck && awake.compareAndSet(false, true)) {
            context.runOnContext(_ -> pump());
        }
    }

    private void pump() {
        awake.set(false);
        if (ended || !begun) {
            return;
        }
        boolean more = false;
        for (var feed : feeds) {
            more |= feed.advance(RECORDS_PER_TURN);
        }
        Collections.rotate(feeds, 1); // what a turn may write, one shard could use up
        flush();
        stuck = response.writeQueueFull();
        if (more) {
            wake();
        }
    }

    @Override
    public boolean full() {
        return !begun || out.length() >= TURN_BYTES_MAX || response.writeQueueFull();
    }

    @Override
    public void found(int shard, StoredObject object, boolean last) {
        if (last) { // who comes back in the middle of a batch is shown all of it again
            position.advance(shard, object.version());
        }
        try {
            event("put", sources.json().writeValueAsString(Change.of(shard, object)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a change is not JSON", e);
        }
    }

    @Override
    public void trimmed(int shard, long after, long through) {
        position.advance(shard, through);
        event(
                "trimmed",
                "{\"shard\":%d,\"after\":%d,\"through\":%d}".formatted(shard, after, through));
    }

    /** What another member says of a shard: an event, or only how far it is. */
    void relay(int shard, long version, String type, String data) {
        position.advance(shard, version);
        if (!data.isEmpty()) {
            event(type, data);
        }
        if (begun) {
            flush();
        } else {
            beginWhenReached();
        }
    }

    private void event(String type, String data) {
        out.append("id: ").append(position).append("\nevent: ").append(type);
        out.append("\ndata: ").append(data).append("\n\n");
    }

    /** Once every {@link #LOOK_MILLIS}: follows the shards, and shows that the stream lives. */
    void look() {
        if (ended) {
            return;
        }
        try {
            follow(scope.shards(sources.node()));
        } catch (Refusal _) {
            end(); // its pool was deleted: the client that comes back is told
            return;
        } catch (Failure _) {
            if (scope.forwarded()) {
                end(); // the replica here has gone: who asked goes on elsewhere
                return;
            } // else the node does not know at the moment
        }
        silentMillis += LOOK_MILLIS;
        if (silentMillis >= HEARTBEAT_MILLIS && begun && !response.writeQueueFull()) {
            out.append(": alive\n\n");
            flush();
        }
        wake(); // a shard whose replica here came or went has nobody else to say so
    }

    /** The position goes on naming what is gone: this node may only not know it at the moment. */
    private void follow(Set<Integer> now) {
        feeds.removeIf(feed -> {
            boolean gone = !now.contains(feed.shard());
            if (gone) {
                feed.end();
            }
            return gone;
        });
        for (int shard : now) {
            if (feeds.stream().noneMatch(feed -> feed.shard() == shard)) {
                if (!position.names(shard)) {
                    position.advance(shard, 0);
                }
                add(shard, 0);
            }
        }
        feeds.forEach(ShardFeed::choose);
    }

    private void flush() {
        if (!out.isEmpty() && !ended) {
            response.write(out.toString());
            out.setLength(0);
            silentMillis = 0;
        }
    }

    private void drained() {
        stuck = false;
        feeds.forEach(ShardFeed::drained);
        wake();
    }

    /** The connection is gone, or is to go. */
    void end() {
        if (!ended) {
            ended = true;
            feeds.forEach(ShardFeed::end);
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        }
    }
}
