package dev.squall.view;

/**
 * What a member has of one shard when a view ends.
 *
 * @param shard the shard's number in the cluster
 * @param view the last view in which the member took part in the shard; 0 = not in this life
 * @param exact whether its log was everything that the shard had agreed on when that view's turn
 *     began, and has grown with it since
 * @param whole the view in which its log was last known to have no gap; 0 = there never was one;
 *     {@link #BROKEN}; or {@link #damaged}
 * @param received the received frontier in {@code view} (see {@code ShardColumn.RECEIVED}); -1 when
 *     that view has ended for the shard already
 * @param lastVersion the newest version in its log
 */
public record Holding(
        int shard, long view, boolean exact, long whole, long received, long lastVersion) {

    /** {@link #whole} of a log that the member cannot write or read: others must hold the shard. */
    public static final long BROKEN = -1;

    /**
     * {@link #whole} of a log that had no gap in a view, and of which a part of the end is missing
     * since: it was cut off, for it was not what had been written, or others went on while this
     * member was away and have not filled it yet. What is missing may have been acknowledged.
     */
    public static long damaged(long view) {
        return -view - 1;
    }

    /** In which view a damaged log had no gap; 0 = it is not damaged. */
    public long damagedSince() {
        return whole < BROKEN ? -whole - 1 : 0;
    }

    /**
     * The view in which the log was last known to have no gap, whether a part of its end has been
     * cut off since or not; 0 = it has one, or cannot be read.
     */
    public long since() {
        return Math.max(Math.max(whole, damagedSince()), 0);
    }
}
