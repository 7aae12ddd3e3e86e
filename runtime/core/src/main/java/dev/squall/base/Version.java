package dev.squall.base;

/**
 * The version of an object: the view's id in the upper 23 bits, the sequence number of the shard's
 * total order in the lower 40. Grows with every change of its shard, over views and restarts.
 *
 * <p>A view lasts 2^40 messages (12 days at a million a second) and a cluster 8 million views;
 * {@link #of} refuses to go beyond.
 */
public final class Version {

    /** No version: nothing was there. */
    public static final long NONE = 0;

    /** Bits of the sequence number. */
    public static final int SEQUENCE_BITS = 40;

    /** The greatest sequence number of a view. */
    public static final long SEQUENCE_MAX = (1L << SEQUENCE_BITS) - 1;

    /** The greatest view id. */
    public static final long VIEW_MAX = (1L << (63 - SEQUENCE_BITS)) - 1;

    private Version() {}

    /** The version of a message. */
    public static long of(long view, long sequence) {
        Check.that(view >= 1 && view <= VIEW_MAX, "view id out of range", view);
        Check.that(sequence >= 0 && sequence <= SEQUENCE_MAX, "sequence out of range", sequence);
        return view << SEQUENCE_BITS | sequence;
    }

    /** The view in which the version was made. */
    public static long view(long version) {
        return version >>> SEQUENCE_BITS;
    }

    /** The version's place in its view's order. */
    public static long sequence(long version) {
        return version & SEQUENCE_MAX;
    }
}
