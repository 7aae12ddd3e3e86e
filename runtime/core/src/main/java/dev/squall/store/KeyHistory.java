package dev.squall.store;

import java.util.Arrays;

/**
 * The versions of one key: version, time and log location of each, oldest first. Both numbers grow
 * along it, so every question is a binary search.
 *
 * <p>One writer, the shard's owner; any number of readers, without locks: entries are complete
 * before the count that covers them is published, and arrays are replaced, never shifted.
 */
final class KeyHistory {

    private static final int STRIDE = 3;

    /** A key usually has few versions: room for two at first. */
    private static final int FIRST_CAPACITY = 2;

    private static final class Entries {
        final long[] words;
        volatile int count;

        Entries(long[] words, int count) {
            this.words = words;
            this.count = count;
        }
    }

    private volatile boolean forgotten;
    private volatile Entries entries = new Entries(new long[FIRST_CAPACITY * STRIDE], 0);

    void add(long version, long timestamp, long location) {
        var e = entries;
        int n = e.count;
        if (n * STRIDE == e.words.length) {
            e = new Entries(Arrays.copyOf(e.words, 2 * e.words.length), n);
        }
        e.words[n * STRIDE] = version;
        e.words[n * STRIDE + 1] = timestamp;
        e.words[n * STRIDE + 2] = location;
        e.count = n + 1;
        entries = e;
    }

    /** Whether versions have been forgotten. */
    boolean forgotten() {
        return forgotten;
    }

    /** Told of each version that is forgotten. */
    interface Forgotten {
        void version(long location);
    }

    /** Forgets versions before a location. */
    void forgetBefore(long location, Forgotten each) {
        var e = entries;
        int n = e.count;
        int from = 0;
        while (from < n && e.words[from * STRIDE + 2] < location) {
            each.version(e.words[from * STRIDE + 2]);
            from++;
        }
        if (from > 0) {
            forgotten = true;
            int kept = n - from;
            var words = new long[Math.max(kept, FIRST_CAPACITY) * STRIDE];
            System.arraycopy(e.words, from * STRIDE, words, 0, kept * STRIDE);
            entries = new Entries(words, kept);
        }
    }

    boolean isEmpty() {
        return entries.count == 0;
    }

    /** The location of the newest version, or 0. */
    long newest() {
        var e = entries;
        int n = e.count;
        return n == 0 ? 0 : e.words[(n - 1) * STRIDE + 2];
    }

    /** The time of the newest version, or {@link Long#MIN_VALUE}. */
    long newestTimestamp() {
        var e = entries;
        int n = e.count;
        return n == 0 ? Long.MIN_VALUE : e.words[(n - 1) * STRIDE + 1];
    }

    /** The location of the newest version not after a version, or 0. */
    long atVersion(long version) {
        return notAfter(version, 0);
    }

    /** The location of the newest version not after a time, or 0. */
    long atTime(long timestamp) {
        return notAfter(timestamp, 1);
    }

    private long notAfter(long bound, int word) {
        var e = entries;
        int low = 0;
        int high = e.count;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (e.words[mid * STRIDE + word] <= bound) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low == 0 ? 0 : e.words[(low - 1) * STRIDE + 2];
    }

    /** The locations of versions in {@code [from, to]}, oldest first, at most this many. */
    long[] between(long from, long to, int limit) {
        var e = entries;
        int n = e.count;
        var found = new long[Math.min(n, limit)];
        int count = 0;
        for (int i = 0; i < n && count < found.length; i++) {
            long version = e.words[i * STRIDE];
            if (version >= from && version <= to) {
                found[count++] = e.words[i * STRIDE + 2];
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** The location of the oldest of the newest so many versions; 0 when there are no more. */
    long oldestOf(int versions) {
        var e = entries;
        int n = e.count;
        return n <= versions ? 0 : e.words[(n - versions) * STRIDE + 2];
    }
}
