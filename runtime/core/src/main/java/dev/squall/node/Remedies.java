package dev.squall.node;

import dev.squall.view.Membership;

/**
 * What a node does about a disk that fails: when the log of a shard cannot be written or read, it
 * asks for a view in which others serve the shard, and for another one when it can again. When that
 * is the log of the metadata, it leaves the group altogether, and comes back.
 *
 * <p>Belongs to the group agent, but for {@link #failure}.
 */
final class Remedies {

    /** Between two changes of the view that this node asks for: at least 1 s. */
    private static final long ASK_NANOS_MIN = 1_000_000_000;

    private final Replicas replicas;
    private final Shelf shelf;
    private final Membership membership;
    private boolean wantsChange;
    private long mayAskAt;
    private boolean asked;
    private volatile String failure = "";

    Remedies(Replicas replicas, Shelf shelf, Membership membership) {
        this.replicas = replicas;
        this.shelf = shelf;
        this.membership = membership;
    }

    /** Why the node cannot take part; empty when it can. Any thread. */
    String failure() {
        return failure;
    }

    /**
     * Takes a step.
     *
     * @param leaving whether the node leaves the group for good
     */
    void step(long now, boolean leaving) {
        var system = replicas.all().get(0);
        var why = system == null ? "" : system.health.trouble.reason();
        if (!why.equals(failure)) {
            failure = why;
            if (!why.isEmpty()) {
                membership.leaveAtOnce();
            } else if (!leaving) {
                membership.comeBack();
            }
        }
        wantsChange |= replicas.wantChange();
        wantsChange |= shelf.step(now);
        if (wantsChange && membership.running() && (!asked || now - mayAskAt >= 0)) {
            wantsChange = false;
            asked = true;
            mayAskAt = now + ASK_NANOS_MIN;
            membership.tidy();
        }
    }
}
