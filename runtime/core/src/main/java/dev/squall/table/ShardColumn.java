package dev.squall.table;

/**
 * The columns of a shard's table, one row per member of the shard. All counts are of this view.
 *
 * <p>The last two groups have one cell for each sender, which stand at {@link #received} and {@link
 * #consumed}.
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

    /**
     * One more than the newest version in the member's log when the view began; 0 = unknown yet.
     */
    public static final int RECOVERED = 4;

    /** 1 once the member takes puts: its log equals the others'. */
    public static final int READY = 5;

    /** 1 once the member has ended its service in this shard: so must all others. */
    public static final int STOPPED = 6;

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

    /** How many columns there are. */
    public static int count(int members) {
        return FIXED + 2 * members;
    }
}
