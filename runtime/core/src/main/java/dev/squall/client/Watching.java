package dev.squall.client;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.store.Position;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One watch: for each shard of its pool a place where it is read, and how far it has come. When a
 * member is lost, or holds a shard no more, another goes on behind what was seen, so nothing is
 * seen twice and nothing is left out. Belongs to the client's thread, but for {@link #position}.
 */
final class Watching {

    /** Bytes of events that a member may send ahead, a shard: 1 MiB. */
    static final long CREDIT_BYTES = 1 << 20;

    /** What an event takes of them beside its payload, as the node counts. */
    private static final long EVENT_BYTES = 64;

    final String pool;
    final String prefix;
    final boolean fromNow;
    final Watcher watcher;
    private final Position position;
    private final Map<Integer, Part> parts = new HashMap<>();
    private boolean begun;

    /** One shard. */
    static final class Part {
        final int shard;
        long id;
        @Nullable Way way;
        long notBefore;
        int tries;
        List<Integer> elsewhere = List.of();
        private long used;

        /** Parts of a batch that were seen, while more of them are to come. */
        private int seen;

        /** Of these, as many come once more. */
        private int again;

        Part(int shard, long now) {
            this.shard = shard;
            this.notBefore = now;
        }
    }

    Watching(String pool, String prefix, boolean fromNow, Position position, Watcher watcher) {
        this.pool = pool;
        this.prefix = prefix;
        this.fromNow = fromNow;
        this.position = position;
        this.watcher = watcher;
    }

    /** A copy of how far it has come. */
    Position position() {
        synchronized (position) {
            return position.isEmpty() ? new Position() : Position.parse(position.toString());
        }
    }

    /** The shards that are read, those of the pool as it is known now among them. */
    List<Part> parts(List<Answer.Routed.Place> places, long now) {
        for (var place : places) {
            parts.computeIfAbsent(place.shard(), shard -> part(shard, now));
        }
        begun |= !places.isEmpty();
        return new ArrayList<>(parts.values());
    }

    /** A shard that comes later is seen from its beginning. */
    private Part part(int shard, long now) {
        synchronized (position) {
            if (!position.names(shard)) {
                position.advance(shard, fromNow && !begun ? Position.NOT_BEGUN : 0);
            }
        }
        return new Part(shard, now);
    }

    List<Part> parts() {
        return new ArrayList<>(parts.values());
    }

    /** What is asked for a shard. */
    Request.Watch request(Part part) {
        part.used = 0;
        part.again = part.seen;
        long seen;
        synchronized (position) {
            seen = position.version(part.shard);
        }
        var from =
                seen == Position.NOT_BEGUN
                        ? Request.From.NOW
                        : seen == 0 ? Request.From.FIRST : Request.From.AFTER;
        return new Request.Watch(part.shard, prefix, from, Math.max(0, seen), CREDIT_BYTES);
    }

    private void passed(int shard, long version) {
        synchronized (position) {
            position.advance(shard, version);
        }
    }

    /** Shows an event. Returns the credit that is to be given again; 0 = not yet. */
    long event(Part part, Answer.Event e) {
        if (part.again > 0) {
            part.again--;
        } else {
            show(e);
            part.seen++;
        }
        if (e.last()) {
            part.seen = 0;
            passed(e.shard(), e.version());
        }
        return use(part, e.payload().byteSize());
    }

    private void show(Answer.Event e) {
        watcher.changed(
                new Watcher.Event(
                        e.key(),
                        e.shard(),
                        e.version(),
                        e.timestamp(),
                        e.deleted(),
                        e.size() < 0 ? e.payload().byteSize() : e.size(),
                        e.size() < 0 ? e.payload() : MemorySegment.NULL));
    }

    long trimmed(Part part, Answer.Trimmed t) {
        part.seen = 0;
        part.again = 0;
        watcher.trimmed(t.shard(), t.after(), t.through());
        passed(t.shard(), t.through());
        return use(part, 0);
    }

    void passed(Answer.Passed p) {
        passed(p.shard(), p.version());
    }

    private long use(Part part, long bytes) {
        part.used += bytes + EVENT_BYTES;
        if (part.used < CREDIT_BYTES / 2) {
            return 0;
        }
        long back = part.used;
        part.used = 0;
        return back;
    }
}
