package dev.squall.node;

import dev.squall.fabric.Fabric;
import dev.squall.view.Board;
import java.util.ArrayDeque;

/**
 * Registered memory of views that have ended here. A peer that is behind may still write into it,
 * and a write into memory that is not registered would cost the peer its connection; so each range
 * is kept until every peer has said on its board that it has left the view too.
 *
 * <p>Belongs to the group agent.
 */
final class Regions {

    private record Retired(long view, int region) {}

    private final Fabric fabric;
    private final Board board;
    private final ArrayDeque<Retired> retired = new ArrayDeque<>();

    Regions(Fabric fabric, Board board) {
        this.fabric = fabric;
        this.board = board;
    }

    /** A range of a view is not used here any more. */
    void retire(long view, int region) {
        retired.add(new Retired(view, region));
    }

    /** Lets go what nobody writes into any more. */
    void release() {
        var oldest = retired.peek();
        if (oldest == null) {
            return;
        }
        long left = Long.MAX_VALUE;
        for (int node : board.peers()) {
            long knows = board.knows(node);
            // Whoever has said nothing on this connection has not written anything either.
            left = knows < 0 ? left : Math.min(left, knows);
        }
        while (oldest != null && oldest.view() < left) {
            fabric.unregister(oldest.region());
            retired.remove();
            oldest = retired.peek();
        }
    }
}
