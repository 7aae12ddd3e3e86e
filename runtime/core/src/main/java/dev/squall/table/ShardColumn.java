package dev.squall.table;

/**
 * The columns of a shard's table, one row per member of the shard. All counts are of this view.
 *
 * <p>The last five groups have one cell for each member, which stand at {@link #received}, {@link
 * #consumed}, {@link #common}, {@link #counted} and {@link #area}.
 */
public final class ShardColumn {

    /** Messages that the member has sent; guards the bytes in its ring. */
    public static final int SENT = 0;

    /** Messages of the total order that the member holds without a gap: the received frontier. */
    public static final int RECEIVED = 1;

    /** Messages of the total order that the member has delivered. */
    public static final int DELIVERED = 2;

    /** The newest version that the member has on disk; in a volatile pool, that it delivered. */
    public static final int PERSISTED = 3;

    /** One more than the newest version in the member's log when the view began; 0 = unknown. */
    public static final int FOUND = 4;

    /** One more than the newest old version in the member's log, once that is a part of others'. */
    public static final int CAUGHT = 5;

    /**
     * 1 once a member that had to be filled has everything, on disk too where the pool asks for it:
     * the others are to wait for it before they call something durable.
     */
    public static final int FILLED = 6;

    /** The length of a block in the member's areas, in bytes; 0 = it needs none yet. */
    public static final int BLOCK_BYTES = 7;

    /** Records in blocks that the member has begun; guards their descriptors. */
    public static final int BLOCKS_BEGUN = 8;

    /** Of these, to how many it has given a place in its ring; guards their turns. */
    public static final int BLOCKS_ORDERED = 9;

    private static final int FIXED = 10;

    private ShardColumn() {}

    /** Messages of one sender that the member holds. */
    public static int received(int sender) {
        return FIXED + sender;
    }

    /** Bytes of one sender's ring that the member needs no more. */
    public static int consumed(int sender, int members) {
        return FIXED + members + sender;
    }

    /**
     * Written by the member from which the others are filled: one more than the newest version that
     * its log and another member's have in common; 0 = unknown.
     */
    public static int common(int member, int members) {
        return FIXED + 2 * members + member;
    }

    /** 1 once the member waits for another member before it calls something durable. */
    public static int counted(int member, int members) {
        return FIXED + 3 * members + member;
    }

    /** Whether the member has an area for a sender's blocks: 1 = it has, 2 = it cannot have one. */
    public static int area(int sender, int members) {
        return FIXED + 4 * members + sender;
    }

    /** How many columns there are. */
    public static int count(int members) {
        return FIXED + 5 * members;
    }
}
