package dev.squall.order;

import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import java.util.ArrayDeque;

/**
 * The sending end of this member's own {@link Pipeline}: gives records their room in the area, and
 * takes it back when every member has done with them.
 *
 * <p>A record lies in one piece. While nothing is under way the next one begins at the front again,
 * so that of an area only as much is ever touched as its records need.
 */
final class Outlet {

    private record Kept(long first, long ringTail) {}

    private final Pipeline pipeline;
    private final Table table;

    /** Those that are not done with, oldest first; the one that is being sent has no ring tail. */
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    private long next;

    Outlet(Pipeline pipeline, Table table) {
        this.pipeline = pipeline;
        this.table = table;
    }

    BlockArea area() {
        return pipeline.area;
    }

    /** Room for a record: its first block; -1 = there is none yet. */
    long reserve(int length) {
        int blocks = area().blocks(length);
        long part = next % BlockArea.BLOCKS;
        boolean front = kept.isEmpty() ? part > 0 : part + blocks > BlockArea.BLOCKS;
        long first = front ? next + BlockArea.BLOCKS - part : next;
        long oldest = kept.isEmpty() ? first : kept.getFirst().first();
        boolean fits = first + blocks - oldest <= BlockArea.BLOCKS;
        return fits && kept.size() < BlockArea.TRANSFERS_MAX ? first : -1;
    }

    /** The record is written: its blocks may leave. */
    BlockTransfer begin(long first, int length) {
        long number = table.mine(ShardColumn.BLOCKS_BEGUN) + 1;
        int blocks = area().blocks(length);
        next = first + blocks;
        kept.add(new Kept(first, Long.MAX_VALUE));
        area().describe(number, first, length);
        for (int b = 0; b < blocks; b++) {
            area().flag(first + b, number);
        }
        table.raise(ShardColumn.BLOCKS_BEGUN, number);
        return pipeline.begin(number);
    }

    /** The message of this turn is about to give the record its place. */
    void orders(BlockTransfer transfer, long turn) {
        area().turn(transfer.number, turn);
        table.raise(ShardColumn.BLOCKS_ORDERED, transfer.number);
    }

    /** The message ends here in the ring. */
    void ordered(BlockTransfer transfer, long ringTail) {
        kept.removeLast();
        kept.add(new Kept(transfer.first(), ringTail));
    }

    /** Everybody has consumed the ring up to here, and so the records whose messages are there. */
    void consumed(long ringPosition) {
        while (!kept.isEmpty() && kept.getFirst().ringTail() <= ringPosition) {
            kept.remove();
        }
    }
}
