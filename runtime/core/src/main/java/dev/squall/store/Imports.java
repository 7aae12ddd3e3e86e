package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.log.Prologue;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a shard takes over from those that had its keys before: of each key the newest version,
 * under its old version and time, and what they know of producers. Such records stand in the
 * shard's own order, so all replicas take the same.
 *
 * <p><b>Once.</b> Who sends them may die and another begin anew, so a record may come twice, or
 * after a put of its key. It is taken only when it is newer than what the key has here, and only
 * until {@link RecordLayout#KIND_MOVED} says that everything has come. Until then the store drops
 * nothing, or a deleted key could come back after its delete was dropped.
 *
 * <p><b>Bulk objects</b> come as their chunks, one by one, and then their manifest. A chunk is
 * always taken: its place may be told anew, and it is no version of anything.
 *
 * <p>From which shards everything has come is a fold over the log, as what is known of producers
 * is, and stands with it at the beginning of each segment: so it is known when the log has dropped
 * the records that said so.
 *
 * <pre>
 *   the {@link SessionsLayout}; then, if anything has come:
 *   shards i32, the number of each i32, ascending
 * </pre>
 *
 * <p>Belongs to the shard's writer; {@link #count} may be asked by anybody.
 */
public final class Imports implements Prologue {

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Sequence number, version and time of what a producer put. */
    private static final int ENTRY_BYTES = 3 * Long.BYTES;

    /** An empty table of producers, where something stands behind it. */
    private static final int NOBODY_BYTES = 2 * Integer.BYTES;

    private final TreeSet<Integer> done = new TreeSet<>();
    private final Counter keys = new Counter();
    private final ProducerTable producers;
    private Set<Integer> sources = Set.of();
    private long after;

    Imports(ProducerTable producers) {
        this.producers = producers;
    }

    /**
     * In this view these shards still give something, and all times are later than this, so that
     * one time divides what was before the keys moved and what came since.
     */
    public void goOn(Set<Integer> from, long micros) {
        sources = Set.copyOf(from);
        after = micros;
    }

    /** Takes up what another store of this shard was told. */
    public void goOnAs(Imports former) {
        goOn(former.sources, former.after);
    }

    /** The earliest time that a version may have. */
    long floor(long newest) {
        return Math.max(newest, after + 1);
    }

    /** Whether anything may still come. */
    public boolean underWay() {
        return !done.containsAll(sources);
    }

    /** Whether everything has come from a shard. */
    public boolean done(int source) {
        return done.contains(source);
    }

    /** Keys taken over since the start. */
    public long count() {
        return keys.get();
    }

    /**
     * Whether a record is taken.
     *
     * @param newest what its key has here, deleted or not
     */
    boolean accepts(MemorySegment m, long at, @Nullable StoredObject newest) {
        int source = RecordLayout.source(m, at);
        if (!sources.contains(source) || done.contains(source)) {
            return false;
        }
        if (!RecordLayout.isVersion(m, at)) {
            return true; // what a producer did, a chunk, or the end
        }
        boolean newer = newest == null || newest.version() < RecordLayout.objectVersion(m, at);
        boolean nothing = newest == null && RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE;
        return newer && !nothing;
    }

    /** A record stands in the log, with its version and time. */
    void take(MemorySegment m, long at) {
        if (RecordLayout.imported(m, at)) {
            producers.passed(RecordLayout.timestamp(m, at));
            takeOver(m, at);
        } else {
            producers.take(m, at);
        }
    }

    private void takeOver(MemorySegment m, long at) {
        switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_MOVED -> done.add(RecordLayout.source(m, at));
            case RecordLayout.KIND_PRODUCER -> producers.taken(session(m, at));
            case RecordLayout.KIND_CHUNK -> {}
            default -> keys.add(1);
        }
    }

    private static Session session(MemorySegment m, long at) {
        var session =
                new Session(
                        RecordLayout.producer(m, at),
                        RecordLayout.incarnation(m, at),
                        RecordLayout.sequence(m, at));
        long from = RecordLayout.payloadAt(m, at);
        long end = from + RecordLayout.payloadLength(m, at);
        for (long entry = from; entry < end; entry += ENTRY_BYTES) {
            session.add(m.get(LONG, entry), m.get(LONG, entry + 8), m.get(LONG, entry + 16));
        }
        return session;
    }

    /** The producers of which this shard knows something. */
    public List<String> producers() {
        return producers.names();
    }

    /** What this shard knows of a producer, as a record still to be sealed, or null. */
    public @Nullable MemorySegment producer(String id) {
        var known = producers.known(id);
        if (known == null) {
            return null;
        }
        var name = id.getBytes(StandardCharsets.UTF_8);
        var m = record(RecordLayout.KIND_PRODUCER, name.length, known.count() * ENTRY_BYTES);
        MemorySegment.copy(
                name, 0, m, ValueLayout.JAVA_BYTE, RecordLayout.HEADER_BYTES, name.length);
        long[] to = {RecordLayout.payloadAt(m, 0)};
        known.each((sequence, version, timestamp) -> {
            m.set(LONG, to[0], sequence);
            m.set(LONG, to[0] + 8, version);
            m.set(LONG, to[0] + 16, timestamp);
            to[0] += ENTRY_BYTES;
        });
        RecordLayout.writeRequest(m, 0, 0, RecordLayout.ANY, known.incarnation, known.floor);
        return m;
    }

    /** The record that says that everything has come, still to be sealed. */
    public static MemorySegment moved() {
        return record(RecordLayout.KIND_MOVED, 0, 0);
    }

    private static MemorySegment record(int kind, int producer, int payload) {
        int length = RecordLayout.HEADER_BYTES + producer + payload;
        var m = MemorySegment.ofArray(new long[(length + 7) / 8]);
        RecordLayout.writeHeader(m, 0, kind, 0, producer, payload);
        return m;
    }

    /** As it was when it was written. */
    void read(MemorySegment bytes) {
        done.clear();
        long at = producers.read(bytes);
        if (at == bytes.byteSize()) {
            return;
        }
        for (int left = bytes.get(INT, at); left > 0; left--) {
            at += Integer.BYTES;
            done.add(bytes.get(INT, at));
        }
    }

    @Override
    public int length() {
        int sessions = producers.length();
        return done.isEmpty()
                ? sessions
                : Math.max(sessions, NOBODY_BYTES) + (1 + done.size()) * Integer.BYTES;
    }

    @Override
    public void write(MemorySegment m, long at) {
        producers.write(m, at);
        if (done.isEmpty()) {
            return;
        }
        int sessions = producers.length();
        if (sessions == 0) {
            m.asSlice(at, NOBODY_BYTES).fill((byte) 0);
        }
        long to = at + Math.max(sessions, NOBODY_BYTES);
        m.set(INT, to, done.size());
        for (int source : done) {
            to += Integer.BYTES;
            m.set(INT, to, source);
        }
    }
}
