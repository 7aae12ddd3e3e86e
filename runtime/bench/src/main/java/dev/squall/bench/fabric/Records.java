package dev.squall.bench.fabric;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * What is written, and where: records of 8 B to {@value #WORDS_MAX} words, one behind the other in
 * a ring. Sizes come from a seed that writer and reader share, so nothing but bytes travels. The
 * n-th record consists of words that depend on n and on their place.
 */
final class Records {

    /** The longest record, in words of 8 bytes: it is longer than what a fabric captures. */
    static final int WORDS_MAX = 600;

    static final long RING_AT = 4096;
    static final long RING_BYTES = 1 << 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final SplittableRandom random;
    private long number;
    private long at = RING_AT;
    private long bytes;
    private long total;

    Records(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Goes to the next record. */
    void next() {
        number++;
        at = at + bytes > RING_AT + RING_BYTES - 8L * WORDS_MAX ? RING_AT : at + bytes;
        bytes = 8L * (1 + random.nextInt(WORDS_MAX));
        total += bytes;
    }

    long number() {
        return number;
    }

    long at() {
        return at;
    }

    long bytes() {
        return bytes;
    }

    /** Bytes of all records up to this one. */
    long total() {
        return total;
    }

    private long word(long offset) {
        return number * 0x9E37_79B9_7F4A_7C15L + offset;
    }

    void fill(MemorySegment ring) {
        for (long i = 0; i < bytes; i += 8) {
            ring.set(LONG, at + i, word(i));
        }
    }

    /** Holds every word against what it must be. */
    void check(MemorySegment ring) {
        for (long i = 0; i < bytes; i += 8) {
            long found = ring.get(LONG, at + i);
            if (found != word(i)) {
                throw new IllegalStateException(
                        "write %d of %d bytes at %d: byte %d begins a word %x, which should be %x"
                                .formatted(number, bytes, at, i, found, word(i)));
            }
        }
    }
}
