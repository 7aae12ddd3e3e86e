package dev.squall.node;

import dev.squall.log.Patience;

/**
 * What keeps a replica from serving though the group would let it: a log that cannot be written or
 * read, or bytes that are not what they were. The shard is then served by its other members, if it
 * has any: the replica asks for a view that does without it, and for another one when it is mended.
 *
 * <pre>
 *   fine ──► in trouble ──► (a view without it) ──► mended ──► (a view that fills it) ──► fine
 * </pre>
 *
 * <p>Belongs to the group agent, but for {@link #reason}.
 */
final class Trouble {

    private final Patience patience = new Patience();
    private volatile String reason = "";
    private boolean outOfPlace;
    private boolean asked;
    private boolean mendsByTime;

    /** What it is; empty = nothing. Any thread. */
    String reason() {
        return reason;
    }

    boolean is() {
        return !reason.isEmpty();
    }

    /** It has begun, and {@link #mended} will say when it is over. */
    void begins(String why) {
        asked &= is();
        reason = why;
        mendsByTime = false;
    }

    /** It has begun; whether it is over can only be tried. */
    void begins(String why, long now) {
        begins(why);
        patience.failed(now);
        mendsByTime = true;
    }

    void mended() {
        asked &= !is();
        reason = "";
    }

    /** Time passes. Returns whether it is to be tried whether all is well again. */
    boolean over(long now) {
        boolean over = is() && mendsByTime && !patience.waits(now);
        if (over) {
            mended();
        }
        return over;
    }

    /** Something that would have failed in trouble has worked. */
    void worked() {
        patience.worked();
    }

    /** The view ends, and the next one may know of it. Returns whether it has to. */
    boolean reported(boolean replaceable) {
        outOfPlace = is() && replaceable;
        return outOfPlace;
    }

    /** The replica takes part in a view. */
    void placed() {
        outOfPlace = false;
        asked = false;
    }

    /** Whether the replica keeps what it has though it takes part in no view. */
    boolean keeps() {
        return is() || outOfPlace;
    }

    /**
     * Whether the view has to change for it: said once for each beginning and each end.
     *
     * @param replaceable whether the shard can do without this replica
     */
    boolean wantsChange(boolean placed, boolean replaceable) {
        boolean wants = placed ? is() && replaceable : !is() && outOfPlace;
        if (!wants || asked) {
            return false;
        }
        asked = true;
        return true;
    }
}
