package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The labelled versions of a shard, and where each of them stands: they stay when the rest goes.
 *
 * <p><b>How they stay.</b> A log loses whole segments, from its old end. What is labelled in the
 * oldest is sent through the order once more, as a record that carries key, bytes, version and time
 * as they were, and only when no labelled version has its place in the segment any more, the
 * segment goes. So everything that holds for records (agreement, recovery, filling of others,
 * checkpoints, checksums) holds for what is kept, and this table is a fold over the log.
 *
 * <p><b>Who decides.</b> A record that carries a version forward is taken where that version still
 * has a label and stands in the record that was copied; otherwise it changes nothing. So it may
 * come twice, or late, from whomever.
 *
 * <p><b>Readers.</b> The newest version of a key is found by the index, which is led to the copy.
 * An older one is found here once the chain of versions ends behind it: it answers for the time up
 * to the version that came after it, and for no later one.
 *
 * <p>Belongs to the shard's writer; {@link #place}, {@link #between}, {@link #keys}, {@link #label}
 * and the figures to anybody.
 */
public final class Kept {

    private record At(String key, long point) implements Comparable<At> {
        @Override
        public int compareTo(At other) {
            int order = key.compareTo(other.key);
            return order == 0 ? Long.compare(point, other.point) : order;
        }
    }

    private final Log log;
    private final Keep keep;
    private final ConcurrentNavigableMap<At, Labelled> byVersion = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<At, Labelled> byTime = new ConcurrentSkipListMap<>();
    private final TreeMap<Long, Labelled> byLocation = new TreeMap<>();
    private final Counter bytes = new Counter();
    private final Counter count = new Counter();

    Kept(Log log, Keep keep) {
        this.log = log;
        this.keep = keep;
    }

    /** Whether the pool keeps anything by a label. */
    boolean is() {
        return keep.is();
    }

    /** Bytes of labelled versions. Any thread. */
    public long bytes() {
        return bytes.get();
    }

    /** Labelled versions. Any thread. */
    public long count() {
        return count.get();
    }

    /** The label of a version; empty when it has none. Any thread. */
    public String label(String key, long version) {
        return keep.label(number(key, version));
    }

    /** The number of a version's label; 0 = it has none. Any thread. */
    public int number(String key, long version) {
        var there = byVersion.get(new At(key, version));
        return there == null ? 0 : there.label();
    }

    /** A version that has a label, or null. */
    @Nullable Labelled find(String key, long version) {
        return byVersion.get(new At(key, version));
    }

    /** A record stands in the log, with its version and time. */
    void take(MemorySegment m, long at, long location) {
        if (!keep.is()) {
            return;
        }
        switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_LABEL -> label(m, at);
            case RecordLayout.KIND_KEPT -> carried(m, at, location);
            default -> {
                for (long o = BatchLayout.firstObject(m, at);
                        o >= 0;
                        o = BatchLayout.nextObject(m, o)) {
                    object(m, o, location + (o - at));
                }
            }
        }
    }

    private void object(MemorySegment m, long at, long location) {
        int label = LabelLayout.number(m, at);
        if (label == 0 && byVersion.isEmpty()) {
            return;
        }
        var key = RecordLayout.key(m, at);
        long version = RecordLayout.objectVersion(m, at);
        long timestamp = RecordLayout.objectTimestamp(m, at);
        var before = byVersion.floorEntry(new At(key, Long.MAX_VALUE));
        if (before != null && before.getKey().key.equals(key) && before.getValue().next() == 0) {
            put(before.getValue().before(version, timestamp));
        }
        if (label != 0) {
            put(labelled(m, at, location, label, 0, 0));
        }
    }

    private static Labelled labelled(
            MemorySegment m, long at, long location, int label, long next, long nextTime) {
        return new Labelled(
                RecordLayout.key(m, at),
                RecordLayout.objectVersion(m, at),
                RecordLayout.objectTimestamp(m, at),
                label,
                RecordLayout.version(m, at),
                location,
                RecordLayout.footprint(RecordLayout.length(m, at)),
                next,
                nextTime);
    }

    private void label(MemorySegment m, long at) {
        int label = LabelLayout.number(m, at);
        var there = find(RecordLayout.key(m, at), RecordLayout.expected(m, at));
        if (there != null) {
            if (label == 0) {
                remove(there);
            } else {
                put(there.as(label));
            }
            return;
        }
        // Where it stood is gone: then it was carried forward since, and the copy says all.
        long location = VersionLink.previous(m, at);
        var object = location == 0 ? null : log.memory(location);
        if (label != 0 && object != null) {
            log.soundness().demandAll(object, location);
            long next = LabelLayout.next(m, at);
            long nextTime = LabelLayout.nextTime(m, at);
            put(labelled(object, Log.offset(location), location, label, next, nextTime));
        }
    }

    private void carried(MemorySegment m, long at, long location) {
        long next = LabelLayout.next(m, at);
        int label = LabelLayout.number(m, at);
        put(labelled(m, at, location, label, next, LabelLayout.nextTime(m, at)));
    }

    /** Adds one, or takes the place of what was known of it: readers find the one or the other. */
    private void put(Labelled one) {
        var before = byVersion.put(new At(one.key(), one.version()), one);
        byTime.put(new At(one.key(), one.timestamp()), one);
        if (before != null) {
            byLocation.remove(before.location());
        }
        byLocation.put(one.location(), one);
        bytes.add(one.bytes() - (before == null ? 0 : before.bytes()));
        count.add(before == null ? 1 : 0);
    }

    private void remove(Labelled one) {
        byVersion.remove(new At(one.key(), one.version()));
        byTime.remove(new At(one.key(), one.timestamp()));
        byLocation.remove(one.location());
        bytes.add(-one.bytes());
        count.add(-1);
    }

    /** What a record that carries a version forward stands for, or null when it changes nothing. */
    @Nullable Labelled accepts(MemorySegment m, long at) {
        var there = find(RecordLayout.key(m, at), RecordLayout.expected(m, at));
        return there == null || there.record() != RecordLayout.request(m, at) ? null : there;
    }

    /** Why so many more bytes may not be labelled, or null. */
    @Nullable Outcome refusal(long versions, long more) {
        boolean fits = bytes() + more <= keep.bytes() && count() + versions <= Keep.VERSIONS_MAX;
        return versions == 0 || fits ? null : new Outcome.Full(bytes(), more, keep.bytes(), true);
    }

    /** Why the objects of a record may not have the labels that they have, or null. */
    @Nullable Outcome refusal(MemorySegment m, long at) {
        if (!keep.is()) {
            return null;
        }
        long versions = 0;
        long more = 0;
        for (long o = Room.first(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            if (LabelLayout.number(m, o) != 0) {
                versions++;
                more += RecordLayout.footprint(RecordLayout.length(m, o));
            }
        }
        return refusal(versions, more);
    }

    /** Whether a labelled version has its place in the log's oldest segment. */
    boolean needs(long first) {
        return !byLocation.isEmpty() && byLocation.firstKey() < end(first);
    }

    private static long end(long location) {
        return ((location >>> 32) + 1) << 32;
    }

    /** The labelled versions of the log's oldest segment, as they stand in it. */
    Collection<Labelled> in(long first) {
        return byLocation.headMap(end(first)).values();
    }

    /** The log begins here now. */
    void dropBefore(long first) {
        for (var gone : List.copyOf(byLocation.headMap(first).values())) {
            remove(gone);
        }
    }

    /**
     * The place of a key's newest labelled version not after a bound, if it was valid then; or 0.
     */
    long place(String key, By by, long bound) {
        var map = by == By.TIME ? byTime : byVersion;
        var found = map.floorEntry(new At(key, bound));
        if (found == null || !found.getKey().key.equals(key)) {
            return 0;
        }
        var one = found.getValue();
        long next = by == By.TIME ? one.nextTime() : one.next();
        return one.next() == 0 || bound < next ? one.location() : 0;
    }

    /** Whether any version of a key is labelled. */
    boolean has(String key) {
        return !between(key, 0, Long.MAX_VALUE).isEmpty();
    }

    /** The labelled versions of a key in {@code [from, to]}, oldest first. Any thread. */
    public List<Labelled> between(String key, long from, long to) {
        return List.copyOf(
                byVersion.subMap(new At(key, from), true, new At(key, to), true).values());
    }

    /** Keys under a prefix that have a labelled version, in order, behind one of them. */
    List<String> keys(String prefix, String after, int limit) {
        var found = new ArrayList<String>();
        var from = prefix.compareTo(after) > 0 ? new At(prefix, 0) : new At(after, Long.MAX_VALUE);
        var next = byVersion.higherEntry(from);
        while (next != null && found.size() < limit && next.getKey().key.startsWith(prefix)) {
            found.add(next.getKey().key);
            next = byVersion.higherEntry(new At(next.getKey().key, Long.MAX_VALUE));
        }
        return found;
    }

    /** Writes what {@link #read} reads. */
    void write(IndexState.Writer state, long first) {
        var there = byVersion.values().stream().filter(one -> one.location() >= first).toList();
        state.putInt(there.size());
        for (var one : there) {
            state.putText(one.key());
            state.putLong(one.version());
            state.putLong(one.timestamp());
            state.putInt(one.label());
            state.putLong(one.record());
            state.putLong(one.location());
            state.putLong(one.bytes());
            state.putLong(one.next());
            state.putLong(one.nextTime());
        }
    }

    void read(IndexState.Reader state) {
        for (int left = state.getInt(); left > 0; left--) {
            put(
                    new Labelled(
                            state.getText(),
                            state.getLong(),
                            state.getLong(),
                            state.getInt(),
                            state.getLong(),
                            state.getLong(),
                            state.getLong(),
                            state.getLong(),
                            state.getLong()));
        }
    }
}
