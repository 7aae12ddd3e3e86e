package dev.squall.node;

import dev.squall.base.Hlc;
import dev.squall.fabric.Fabric;
import dev.squall.table.NodeColumn;
import dev.squall.table.Table;
import dev.squall.view.Board;
import dev.squall.view.Decision;
import dev.squall.view.View;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One view at this node: the node table, what this node promises in it, and what has been pushed to
 * whom. Made anew with every view.
 *
 * <p>A peer is pushed something only when it says on its board that it has registered the view's
 * memory. Belongs to the group agent.
 */
final class Epoch {

    final Decision decision;
    final View view;
    final int rank;
    final int region;
    final Table nodes;
    final Heartbeat heartbeat;
    final long began;
    private final MemorySegment memory;
    private final long[] pushedChanges;
    private boolean wedged;

    Epoch(Decision decision, int self, Fabric fabric, Hlc hlc, long now) {
        this.decision = decision;
        this.view = decision.view();
        this.rank = view.rank(self);
        int members = view.seats().size();
        this.memory = fabric.allocate(members * Table.rowBytes(NodeColumn.COUNT));
        this.nodes = Table.ofCells(memory, 0, members, NodeColumn.COUNT, rank);
        this.heartbeat = new Heartbeat(nodes, hlc, now);
        this.began = now;
        this.pushedChanges = new long[members];
        this.region = ShardEpoch.region(view, 0);
    }

    void register(Fabric fabric) {
        fabric.register(region, memory);
    }

    /** Nothing is promised or pushed any more. */
    void wedge() {
        wedged = true;
    }

    boolean wedged() {
        return wedged;
    }

    /** The smallest promise of a shard's members: nothing can come below it any more. */
    long promise(ShardEpoch shard) {
        long least = Long.MAX_VALUE;
        for (int r : shard.viewRanks) {
            least = Math.min(least, nodes.get(r, NodeColumn.PROMISE));
        }
        return least;
    }

    /** Pushes to everybody what is new. */
    void push(Fabric fabric, Board board, List<ShardReplica> shards) {
        for (int r = 0; r < view.seats().size(); r++) {
            int peer = view.seats().get(r).node();
            if (r != rank && board.installed(peer) == view.id()) {
                push(fabric, peer, r, shards);
            }
        }
    }

    private void push(Fabric fabric, int peer, int r, List<ShardReplica> shards) {
        boolean all = true;
        long created = nodes.get(r, NodeColumn.SHARDS);
        for (int i = 0; i < shards.size(); i++) {
            all &= shards.get(i).push(fabric, peer, created);
        }
        if (pushedChanges[r] == nodes.changes()) {
            return;
        }
        boolean told = nodes.push(fabric, peer, region, NodeColumn.PROMISE + 1, NodeColumn.COUNT);
        if (all
                && told
                && nodes.push(fabric, peer, region, NodeColumn.PROMISE, NodeColumn.PROMISE + 1)) {
            pushedChanges[r] = nodes.changes();
        }
    }
}
