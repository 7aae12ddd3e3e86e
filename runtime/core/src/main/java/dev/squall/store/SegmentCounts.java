package dev.squall.store;

import java.util.Arrays;

/** A count for each of a log's segments, from the oldest on. Single-threaded. */
final class SegmentCounts {

    private int first;
    private int[] counts = new int[8];

    /** The count of the segment in which a place lies. */
    int of(long location) {
        int i = number(location) - first;
        return i >= 0 && i < counts.length ? counts[i] : 0;
    }

    /** Adds to the count of the segment in which a place lies; to one that is dropped, nothing. */
    void add(long location, int amount) {
        int i = number(location) - first;
        if (i < 0) {
            return;
        }
        if (i >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(2 * counts.length, i + 1));
        }
        counts[i] += amount;
    }

    /** The count of a segment. */
    int of(int segment) {
        return of((long) segment << 32);
    }

    /** Forgets the segments before the one in which a place lies. */
    void dropBefore(long location) {
        int gone = Math.min(number(location) - first, counts.length);
        if (gone > 0) {
            System.arraycopy(counts, gone, counts, 0, counts.length - gone);
            Arrays.fill(counts, counts.length - gone, counts.length, 0);
            first = number(location);
        }
    }

    private static int number(long location) {
        return (int) (location >>> 32);
    }
}
