package dev.squall.table;

/**
 * The columns of a shard's table, one row per member of the shard. All counts are of this view.
 *
 * <p>The last four groups have one cell for each member, which stand at {@link #received}, {@link
 * #consumed}, {@link #common} and {@link #counted}.
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

    private static final int FIXED = 7;

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

    /** How many columns there are. */
    public static int count(int members) {
        return FIXED + 4 * members;
    }
}
