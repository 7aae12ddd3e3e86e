package dev.squall.table;

/**
 * The columns of the node table: one row per member of the view, for what concerns the member as a
 * whole. {@link #PROMISE} is pushed to a peer only when everything that the shards have for it has
 * been, so that seeing a promise implies seeing every message stamped before it. The others are
 * pushed whatever waits.
 */
public final class NodeColumn {

    /**
     * The {@code Hlc.promise} of the member, microseconds: every later message is stamped above.
     */
    public static final int PROMISE = 0;

    /** A time that one of the member's readers waits for: others promise it at once. */
    public static final int WANTED = 1;

    /** How many shards the member has registered memory for; they are numbered in order. */
    public static final int SHARDS = 2;

    /** 1 once the member has everything that its shards agreed on before the view began. */
    public static final int WHOLE = 3;

    /** How many columns there are. */
    public static final int COUNT = 4;

    private NodeColumn() {}
}
