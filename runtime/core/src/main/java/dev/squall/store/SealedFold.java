package dev.squall.store;

import dev.squall.log.Checkpoint;
import dev.squall.log.Log;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a shard's next checkpoint from the one before and the segments that have been sealed since.
 * It reads nothing but these, so the shard's writer goes on and knows nothing of it: no copy of the
 * index is taken, the keys of the one checkpoint are merged with those of the new records. Its
 * memory is that of the new keys; its time follows from the new records and the number of keys.
 *
 * <p>That it comes to what the shard's own index came to is checked by the simulator after every
 * start.
 */
public final class SealedFold {

    private final Log log;
    private final Needed needed;
    private final Kept kept;
    private final Imports imports;
    private final Tickets tickets = new Tickets();
    private final TreeMap<String, Long> changed = new TreeMap<>();
    private long version;
    private long timestamp;

    private SealedFold(Log log, PoolSpec pool) {
        this.log = log;
        this.needed = new Needed(log, pool.retention().versions());
        this.kept = new Kept(log, pool.retention().keep());
        this.imports = new Imports(new ProducerTable(pool.sessionMillis()));
    }

    /**
     * Makes a checkpoint; any thread.
     *
     * @param log a {@link Log#snapshot} of the shard's
     * @param end the first segment that is not to be covered; the log has the one before
     * @param pool the shard's
     * @param before the shard's checkpoint; null when it has none
     * @throws dev.squall.log.Soundness.Harmed when the log is not what was written
     */
    public static Checkpoint fold(Log log, int end, PoolSpec pool, @Nullable Checkpoint before) {
        return new SealedFold(log, pool).run(end, before);
    }

    private Checkpoint run(int end, @Nullable Checkpoint before) {
        var keys = new IndexState.Reader(before == null ? EMPTY : before.state());
        long from = log.first();
        if (before == null) {
            imports.read(log.prologue());
        } else {
            keys.read(imports);
            keys.read(tickets, log.first());
            keys.read(needed);
            kept.read(keys);
            version = before.version();
            timestamp = before.timestamp();
            from = Math.max(from, before.endLocation());
        }
        takeFrom(from, end);
        needed.dropBefore(log.first());
        var state = new IndexState.Writer(before == null ? 0 : before.state().byteSize());
        state.write(imports);
        state.write(tickets, log.first());
        state.write(needed, IndexState.segment(log.first()), end);
        kept.write(state, log.first());
        merge(keys, state);
        return Checkpoint.of(log, end, version, timestamp, state.done());
    }

    /** Whatever is not what was written comes into no checkpoint. */
    private void takeFrom(long from, int end) {
        long location = log.settle(from);
        while (location >= 0 && IndexState.segment(location) < end) {
            var m = log.memory(location);
            if (m == null) {
                throw new IllegalStateException("a copy of a log dropped " + location);
            }
            log.soundness().demandAll(m, location);
            take(location, m, Log.offset(location));
            location = log.settle(Log.after(location, m));
        }
    }

    private static final MemorySegment EMPTY = new IndexState.Writer(0).done();

    private void take(long location, MemorySegment m, long at) {
        version = RecordLayout.version(m, at);
        timestamp = RecordLayout.timestamp(m, at);
        needed.passed(timestamp);
        if (Chunks.isChunk(m, at)) {
            needed.takeChunk(m, at, location, timestamp);
        } else {
            for (long o = BatchLayout.firstObject(m, at);
                    o >= 0;
                    o = BatchLayout.nextObject(m, o)) {
                long place = location + (o - at);
                needed.take(m, o, VersionLink.previous(m, o), place, VersionLink.depth(m, o));
                changed.put(RecordLayout.key(m, o), place);
            }
            lead(location, m, at);
        }
        kept.take(m, at, location);
        tickets.take(m, at, location);
        imports.take(m, at);
    }

    /** The newest version of a key was carried forward. */
    private void lead(long location, MemorySegment m, long at) {
        if (LabelLayout.isKept(m, at) && LabelLayout.isNewest(m, at)) {
            var key = RecordLayout.key(m, at);
            needed.moved(kept.find(key, RecordLayout.objectVersion(m, at)), location);
            changed.put(key, location);
        }
    }

    /** What the keys were before, and what has changed: both in order. */
    private void merge(IndexState.Reader old, IndexState.Writer state) {
        boolean more = old.next();
        for (var entry : changed.entrySet()) {
            byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
            int order = more ? KeyOrder.compare(old.key(), old.length(), key, key.length) : 1;
            while (more && order < 0) {
                keep(old, state);
                more = old.next();
                order = more ? KeyOrder.compare(old.key(), old.length(), key, key.length) : 1;
            }
            if (more && order == 0) {
                more = old.next();
            }
            add(key, entry, state);
        }
        while (more) {
            keep(old, state);
            more = old.next();
        }
    }

    private void add(byte[] key, Map.Entry<String, Long> entry, IndexState.Writer state) {
        if (entry.getValue() >= log.first()) {
            state.key(key, key.length, entry.getValue());
        }
    }

    /** Retention may have dropped the newest version of a key, and the key with it. */
    private void keep(IndexState.Reader old, IndexState.Writer state) {
        if (old.location() >= log.first()) {
            state.key(old.key(), old.length(), old.location());
        }
    }
}
