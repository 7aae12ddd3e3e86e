package dev.squall.memory;

/** Alignment arithmetic. */
public final class Align {

    /** Records begin on such a boundary, so that their 8-byte fields are naturally aligned. */
    public static final int RECORD_BYTES = 32;

    /** Two cache lines: hardware fetches lines in pairs, so rows stand this far apart. */
    public static final int ROW_BYTES = 128;

    private Align() {}

    /** The smallest multiple of a power of two that is not below the value. */
    public static long up(long value, int powerOfTwo) {
        return (value + powerOfTwo - 1) & -powerOfTwo;
    }
}
