package dev.squall.store;

import dev.squall.base.Key;
import dev.squall.log.Log;
import dev.squall.memory.Region;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where the newest version of each key lies in the log: an extendible hash table (Fagin et al.,
 * 1979) outside the heap, eight bytes a slot. A slot holds 16 bits of the key's hash and the place
 * of the record; the key itself is read there, where the reader goes anyway. So a look-up touches
 * memory twice: a slot, and the record.
 *
 * <pre>
 *   hash   63 .. directory index .. | .. 27 .. tag .. 12 | 11 .. slot .. 0
 *   slot   63 .. tag .. 48 | 47 .. place, packed by {@link VersionLink} .. 0;  0 = free, 1 = gone
 * </pre>
 *
 * <p>A bucket of {@link #SLOTS} slots that gets too full is written anew as two: growing costs
 * little at a time, however large the table is. Keys that no split can part, because their hashes
 * agree in too many bits, go to a map of their own.
 *
 * <p><b>Threads.</b> One writer; any number of readers, without locks, who never wait for it.
 *
 * <ul>
 *   <li>A slot is stored with release after its record is complete, and loaded with acquire.
 *   <li>A hit proves itself: the record bears the key. It was the newest at some moment of the
 *       look-up, because a bucket that has been left is changed no more until it serves others.
 *   <li>A miss counts only if the directory is still the one that the look-up began with; a
 *       directory is never changed, only replaced. So buckets that were left can be used again at
 *       once, without waiting for readers: whoever sees a slot that was released for the new use
 *       also sees the directory that was published before.
 * </ul>
 */
final class KeyIndex {

    /** Slots of a bucket. */
    static final int SLOTS = 4096;

    /** A bucket is written anew when so many slots are in use or gone. */
    static final int SLOTS_USED_MAX = SLOTS / 4 * 3;

    /** Bits of the hash that the directory uses at most. */
    static final int DIRECTORY_BITS_MAX = 24;

    private static final long GONE = 1;
    private static final long PLACE_MASK = (1L << 48) - 1;
    private static final long BUCKET_BYTES = SLOTS * 8L;
    private static final int CHUNK_BUCKETS = 64;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SLOT = LONG.varHandle();

    private final Log log;
    private volatile int[] directory = {0};
    private volatile MemorySegment[] chunks = {};
    private final ConcurrentMap<String, Long> inseparable = new ConcurrentHashMap<>();

    /** The writer's own, by bucket number. */
    private int[] used = {};

    private int[] bits = {};
    private int[] left = {};
    private int leftCount;
    private int buckets;
    private final byte[] scratch = new byte[Key.BYTES_MAX];

    KeyIndex(Log log) {
        this.log = log;
        var _ = bucket(0);
    }

    /** Makes room for so many keys at once, in an index that has none; nobody reads it yet. */
    void expect(long keys) {
        int depth = 0;
        while (keys >> depth > SLOTS / 2) {
            depth++;
        }
        depth = Math.min(depth, DIRECTORY_BITS_MAX);
        var wide = new int[1 << depth];
        bits[0] = depth;
        for (int i = 1; i < wide.length; i++) {
            wide[i] = bucket(depth);
        }
        directory = wide;
    }

    /** The place of a key's newest version, or 0. Any thread. */
    long find(byte[] key, int length) {
        return find(key, length, KeyHash.of(key, length));
    }

    /** The same, for whoever has the key's hash already. */
    @SuppressWarnings("ReferenceEquality") // whether it is that directory, not one like it
    long find(byte[] key, int length, long hash) {
        while (true) {
            var seen = directory;
            long found = probe(seen[entry(hash, seen)], hash, key, length);
            if (found != 0) {
                return found;
            }
            if (seen == directory) {
                return inseparable.isEmpty() ? 0 : inseparable(key, length);
            }
        }
    }

    private long inseparable(byte[] key, int length) {
        return inseparable.getOrDefault(text(key, length), 0L);
    }

    private static String text(byte[] key, int length) {
        return new String(key, 0, length, StandardCharsets.UTF_8);
    }

    private static int entry(long hash, int[] directory) {
        // Shifting by 64 would shift by nothing: one entry needs no bits.
        return directory.length == 1
                ? 0
                : (int) (hash >>> (33 + Integer.numberOfLeadingZeros(directory.length)));
    }

    private static long tag(long hash) {
        return (hash >>> 12) << 48;
    }

    private long probe(int bucket, long hash, byte[] key, int length) {
        var m = chunks[bucket / CHUNK_BUCKETS];
        long base = bucket % CHUNK_BUCKETS * BUCKET_BYTES;
        long tag = tag(hash);
        int i = (int) hash & (SLOTS - 1);
        for (int n = 0; n < SLOTS; n++) {
            long slot = (long) SLOT.getAcquire(m, base + i * 8L);
            if (slot == 0) {
                return 0;
            }
            if ((slot & ~PLACE_MASK) == tag && (slot & PLACE_MASK) != GONE) {
                long location = VersionLink.unpack(slot);
                if (bears(location, key, length) || harmed(location)) {
                    return location;
                }
            }
            i = (i + 1) & (SLOTS - 1);
        }
        return 0;
    }

    /** Whether the record at a place has this key; not if it has been dropped. */
    private boolean bears(long location, byte[] key, int length) {
        var m = log.memory(location);
        if (m == null) {
            return false;
        }
        long at = Log.offset(location);
        if (RecordLayout.keyLength(m, at) != length) {
            return false;
        }
        long from = at + RecordLayout.HEADER_BYTES;
        if (length < 8) {
            return bearsFew(m, from, key, length);
        }
        for (int i = 0; i + 8 < length; i += 8) {
            if (m.get(WORD, from + i) != (long) KeyHash.LONGS.get(key, i)) {
                return false;
            }
        }
        // The last word overlaps the one before, so that no bytes are left over.
        int last = length - 8;
        return m.get(WORD, from + last) == (long) KeyHash.LONGS.get(key, last);
    }

    /** Whether it bears another key because it is not what was written: then it may be this one. */
    private boolean harmed(long location) {
        var m = log.memory(location);
        return m != null && !log.soundness().record(m, location);
    }

    private static boolean bearsFew(MemorySegment m, long from, byte[] key, int length) {
        for (int i = 0; i < length; i++) {
            if (m.get(ValueLayout.JAVA_BYTE, from + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Says where a key's newest version lies. The writer only.
     *
     * @param hash the key's, by {@link KeyHash}
     * @param before what {@link #find} says of the key
     */
    void put(byte[] key, int length, long hash, long before, long location) {
        while (true) {
            int bucket = directory[entry(hash, directory)];
            int slot = before == 0 ? free(bucket, hash) : slotOf(bucket, hash, before);
            if (slot >= 0) {
                var m = chunk(bucket);
                long at = at(bucket, slot);
                if (m.get(LONG, at) == 0) {
                    used[bucket]++;
                }
                SLOT.setRelease(m, at, tag(hash) | VersionLink.pack(location));
                return;
            }
            if (before != 0 || !rewrite(bucket, hash)) {
                inseparable.put(text(key, length), location);
                return;
            }
        }
    }

    /**
     * Forgets a key. The writer only.
     *
     * @param location what {@link #find} says of the key
     */
    void remove(byte[] key, int length, long location) {
        long hash = KeyHash.of(key, length);
        int bucket = directory[entry(hash, directory)];
        int slot = slotOf(bucket, hash, location);
        if (slot >= 0) {
            SLOT.setRelease(chunk(bucket), at(bucket, slot), GONE);
        } else {
            inseparable.remove(text(key, length), location);
        }
    }

    private MemorySegment chunk(int bucket) {
        return chunks[bucket / CHUNK_BUCKETS];
    }

    private static long at(int bucket, int slot) {
        return bucket % CHUNK_BUCKETS * BUCKET_BYTES + slot * 8L;
    }

    /** The slot that holds a place, or -1. */
    private int slotOf(int bucket, long hash, long location) {
        var m = chunk(bucket);
        long wanted = tag(hash) | VersionLink.pack(location);
        for (int n = 0; n < SLOTS; n++) {
            int slot = ((int) hash + n) & (SLOTS - 1);
            long there = m.get(LONG, at(bucket, slot));
            if (there == wanted) {
                return slot;
            }
            if (there == 0) {
                return -1;
            }
        }
        return -1;
    }

    /** A slot for one more key, or -1 when the bucket is too full for it. */
    private int free(int bucket, long hash) {
        var m = chunk(bucket);
        for (int n = 0; n < SLOTS; n++) {
            int slot = ((int) hash + n) & (SLOTS - 1);
            long there = m.get(LONG, at(bucket, slot));
            if (there == GONE) {
                return slot;
            }
            if (there == 0) {
                return used[bucket] < SLOTS_USED_MAX ? slot : -1;
            }
        }
        return -1;
    }

    /**
     * Writes a bucket anew, as two if need be, without what is gone. Returns whether that may have
     * made room.
     */
    private boolean rewrite(int full, long hash) {
        int live = live(full);
        boolean splits = live > SLOTS_USED_MAX / 2;
        if (splits && bits[full] == DIRECTORY_BITS_MAX) {
            return false;
        }
        int bitsBefore = bits[full];
        int zero = bucket(splits ? bitsBefore + 1 : bitsBefore);
        int one = splits ? bucket(bitsBefore + 1) : zero;
        copy(full, zero, one, 63 - bitsBefore);
        publish(full, zero, one, hash);
        if (leftCount == left.length) {
            left = Arrays.copyOf(left, Math.max(4, 2 * leftCount));
        }
        left[leftCount++] = full;
        return true;
    }

    private int live(int bucket) {
        int count = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            long there = chunk(bucket).get(LONG, at(bucket, slot));
            if (there != 0 && there != GONE) {
                count++;
            }
        }
        return count;
    }

    private void copy(int from, int zero, int one, int bit) {
        var m = chunk(from);
        for (int slot = 0; slot < SLOTS; slot++) {
            long there = m.get(LONG, at(from, slot));
            if (there == 0 || there == GONE) {
                continue;
            }
            long hash = hashAt(VersionLink.unpack(there));
            int to = (hash >>> bit & 1) == 0 ? zero : one;
            int free = free(to, hash);
            SLOT.setRelease(chunk(to), at(to, free), there);
            used[to]++;
        }
    }

    private long hashAt(long location) {
        var m = log.memory(location);
        if (m == null) {
            throw new IllegalStateException("the index names what the log has dropped");
        }
        return KeyHash.of(scratch, keyAt(m, Log.offset(location), scratch));
    }

    /** Copies a record's key. Returns its length. */
    static int keyAt(MemorySegment m, long at, byte[] key) {
        int length = RecordLayout.keyLength(m, at);
        MemorySegment.copy(
                m, ValueLayout.JAVA_BYTE, at + RecordLayout.HEADER_BYTES, key, 0, length);
        return length;
    }

    /** Puts the new buckets where the old one was, in a new directory. */
    private void publish(int old, int zero, int one, long hash) {
        var now = directory;
        int depth = Integer.numberOfTrailingZeros(now.length);
        if (zero != one && bits[old] == depth) {
            var twice = new int[2 * now.length];
            for (int i = 0; i < twice.length; i++) {
                twice[i] = now[i / 2];
            }
            now = twice;
            depth++;
        } else {
            now = now.clone();
        }
        // The entries of a bucket stand side by side: they share its bits.
        int span = 1 << (depth - bits[old]);
        int first = entry(hash, now) & -span;
        for (int i = 0; i < span; i++) {
            now[first + i] = i < span / 2 ? zero : one;
        }
        directory = now;
    }

    /** An empty bucket: one that was left, or a new one. */
    private int bucket(int hashBits) {
        int bucket;
        if (leftCount > 0) {
            bucket = left[--leftCount];
            for (int slot = 0; slot < SLOTS; slot++) {
                SLOT.setRelease(chunk(bucket), at(bucket, slot), 0L);
            }
        } else {
            bucket = buckets++;
            if (bucket % CHUNK_BUCKETS == 0) {
                var more = Arrays.copyOf(chunks, chunks.length + 1);
                long bytes = CHUNK_BUCKETS * BUCKET_BYTES;
                more[chunks.length] =
                        bucket == 0 ? Region.allocate(bytes) : Region.allocateHuge(bytes);
                chunks = more;
            }
            if (bucket == used.length) {
                used = Arrays.copyOf(used, 2 * bucket + 1);
                bits = Arrays.copyOf(bits, 2 * bucket + 1);
            }
        }
        used[bucket] = 0;
        bits[bucket] = hashBits;
        return bucket;
    }
}
