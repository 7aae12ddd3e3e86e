package dev.squall.node;

import dev.squall.view.Membership;
import java.util.Collection;

/**
 * Where a node is in its life.
 *
 * @param phase where
 * @param view the view's id; 0 before the first
 * @param reason what it waits for, why it does not serve, or what is impaired; empty when all is
 *     well
 */
public record NodeState(Phase phase, long view, String reason) {

    /** The phases. */
    public enum Phase {
        /** Waits for members, or for its shards to be recovered. */
        FORMING,
        /** Serves everything. */
        RUNNING,
        /** The view has ended: reads are served, changes wait or are refused. */
        WEDGED,
        /**
         * The log of the metadata cannot be written or read, which is tried again; or one of its
         * agents has failed, so that it has to be restarted.
         */
        FAILED,
        /** Closed. */
        STOPPED
    }

    /** What a node's parts say. */
    static NodeState of(
            long view,
            Membership membership,
            Directory directory,
            Collection<ShardReplica> replicas) {
        return switch (membership.phase()) {
            case FORMING -> new NodeState(Phase.FORMING, view, membership.reason());
            case WEDGED -> new NodeState(Phase.WEDGED, view, membership.reason());
            case RUNNING ->
                    directory.started() && directory.settled()
                            ? ofReplicas(view, replicas)
                            : new NodeState(Phase.FORMING, view, "begins its shards");
        };
    }

    private static NodeState ofReplicas(long view, Collection<ShardReplica> replicas) {
        var impaired = "";
        for (var replica : replicas) {
            if (replica.phase() == ShardReplica.Phase.IMPAIRED) {
                // Others serve the shard, and this node passes requests on to them.
                impaired = "shard %d %s".formatted(replica.id, replica.reason());
            } else if (replica.phase() != ShardReplica.Phase.READY) {
                boolean stopped = replica.phase() == ShardReplica.Phase.STOPPED;
                return new NodeState(
                        stopped ? Phase.WEDGED : Phase.FORMING,
                        view,
                        "shard %d %s".formatted(replica.id, replica.reason()));
            }
        }
        return new NodeState(Phase.RUNNING, view, impaired);
    }

    /** Whether every request is served, here or by others. */
    public boolean ready() {
        return phase == Phase.RUNNING;
    }

    /** Whether nothing is the matter. */
    public boolean well() {
        return ready() && reason.isEmpty();
    }
}
