package dev.squall.bench.chaos;

import java.nio.charset.StandardCharsets;

/**
 * The bytes that a write stores: its producer triple, a blank and a tail of some length that
 * follows from it. So every value is unique, and one glance tells whose it is and whether it is
 * whole.
 */
final class Values {

    /** What {@link #stamp} says of bytes that nobody wrote so. */
    static final String HARMED = "harmed";

    /** The longest tail: 700 bytes. */
    private static final int TAIL_BYTES_MAX = 700;

    private Values() {}

    static byte[] of(String stamp) {
        return text(stamp).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String stamp) {
        int hash = stamp.hashCode() & Integer.MAX_VALUE;
        var tail = String.valueOf((char) ('a' + hash % 26)).repeat(hash % TAIL_BYTES_MAX);
        return stamp + ' ' + tail;
    }

    static String stamp(String text) {
        int blank = text.indexOf(' ');
        var stamp = blank < 0 ? "" : text.substring(0, blank);
        return text.equals(text(stamp)) ? stamp : HARMED;
    }
}
