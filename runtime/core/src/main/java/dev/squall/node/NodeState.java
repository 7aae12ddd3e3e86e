package dev.squall.node;

/**
 * Where a node is in its life.
 *
 * @param phase where
 * @param view the view's id; 0 before the first
 * @param reason what it waits for or why it does not serve; empty when all is well
 */
public record NodeState(Phase phase, long view, String reason) {

    /** The phases. */
    public enum Phase {
        /** Waits for members, or for its shards to be recovered. */
        FORMING,
        /** Serves everything. */
        RUNNING,
        /** A member is lost: reads are served, changes are refused. */
        WEDGED,
        /** Closed. */
        STOPPED
    }

    /** Whether everything is served. */
    public boolean ready() {
        return phase == Phase.RUNNING && reason.isEmpty();
    }
}
