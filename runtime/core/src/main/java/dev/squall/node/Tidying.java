package dev.squall.node;

import dev.squall.table.NodeColumn;
import java.util.List;

/**
 * When the shards are laid out anew though nobody came or went: the others have been filled, so
 * that a holder too many can go; or a pool has taken members for itself.
 *
 * <p>Each member says in the node table once it has everything that it holds. When all have said so
 * and some shard would lie elsewhere in another view (see {@link ShardMap#provisional}), the lowest
 * member ends this one. It stops all shards for as long as any change of the view, so it waits
 * until everything can move at once, and a view lasts at least {@link #REST_NANOS} before that.
 *
 * <p>It comes to an end by itself: whoever was whole holds the shard in the next view, and where
 * all are whole the shards lie where they should. Belongs to the group agent.
 */
final class Tidying {

    /** A view lasts so long before the shards are laid out anew: 1 s. */
    static final long REST_NANOS = 1_000_000_000;

    private Tidying() {}

    /** Says that this member has everything, once it has. */
    static void say(Epoch epoch, List<ShardReplica> shards, Directory directory) {
        if (epoch.nodes.mine(NodeColumn.WHOLE) != 0 || !directory.settled()) {
            return;
        }
        for (int i = 0; i < shards.size(); i++) {
            if (shards.get(i).phase() != ShardReplica.Phase.READY) {
                return;
            }
        }
        epoch.nodes.raise(NodeColumn.WHOLE, 1);
    }

    /** Whether this member is to end the view. */
    static boolean due(Epoch epoch, Directory directory, long now) {
        return epoch.rank == 0
                && directory.provisional()
                && now - epoch.began >= REST_NANOS
                && epoch.nodes.min(NodeColumn.WHOLE) != 0;
    }
}
