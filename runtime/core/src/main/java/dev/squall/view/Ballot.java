package dev.squall.view;

/**
 * The number of an attempt to decide: a round in the upper bits, the proposer's node id in the
 * lower, so that no two proposers ever use the same.
 */
final class Ballot {

    /** No attempt. */
    static final long NONE = 0;

    private static final int NODE_BITS = 20;

    private Ballot() {}

    /** A ballot of this proposer above another ballot. */
    static long above(long other, int proposer) {
        return (((other >>> NODE_BITS) + 1) << NODE_BITS) | proposer;
    }
}
