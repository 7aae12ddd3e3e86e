package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The large records of one sender at this member, in the sender's order. See {@link Pipelines}. */
final class Pipeline {

    /** Blocks on their way from one member to another that it has not seen yet. */
    static final int WINDOW_BLOCKS = 8;

    /** In place of a turn: none is held back. */
    static final long NOTHING = Long.MAX_VALUE;

    final BlockArea area;
    private final int sender;
    private final int me;
    private final int members;
    private final IntFunction<BlockPlan> plans;
    private final ArrayDeque<BlockTransfer> transfers = new ArrayDeque<>();
    private final long[] pushed;
    private final long[] told;
    private long begun;
    private long ordered;

    /**
     * @param sender the sender's rank
     * @param me this member's
     * @param plans by number of blocks, what this member does
     */
    Pipeline(BlockArea area, int sender, int me, int members, IntFunction<BlockPlan> plans) {
        this.area = area;
        this.sender = sender;
        this.me = me;
        this.members = members;
        this.plans = plans;
        this.pushed = new long[members];
        this.told = new long[members];
    }

    private int place(int rank) {
        return (rank - sender + members) % members;
    }

    /** The sender has begun a record, as its descriptor says. */
    BlockTransfer begin(long number) {
        begun = number;
        long length = area.length(number);
        int blocks = area.blocks(length);
        Check.that(length > 0 && blocks <= BlockArea.BLOCKS, "a record in blocks of", length);
        var transfer =
                new BlockTransfer(
                        number,
                        area.firstBlock(number),
                        length,
                        plans.apply(blocks),
                        members,
                        sender == me);
        transfers.add(transfer);
        return transfer;
    }

    /**
     * Takes notice of what came.
     *
     * @param begunThere how many records the sender has begun
     * @param orderedThere of how many it has sent the message that gives them their place
     * @return how many blocks came
     */
    int look(long begunThere, long orderedThere) {
        while (begun < begunThere) {
            begin(begun + 1);
        }
        ordered = orderedThere;
        int came = 0;
        for (var transfer : transfers) {
            came += transfer.look(area, sender, members);
        }
        return came;
    }

    /** The sender's turn before which everything is here; {@link #NOTHING} = all of it is. */
    long heldBack() {
        for (var transfer : transfers) {
            if (transfer.number > ordered) {
                return NOTHING;
            }
            if (!transfer.whole()) {
                return area.turn(transfer.number);
            }
        }
        return NOTHING;
    }

    /** The oldest record that has not been delivered; null = there is none. */
    @Nullable BlockTransfer oldest() {
        return transfers.peek();
    }

    /** The oldest record is in the log: it is everywhere, so nobody needs more of it. */
    void delivered() {
        transfers.remove();
    }

    /** Hands on to a member what it is to have of this one, and says what has come from it. */
    void push(Fabric fabric, int peer, int rank) {
        long seen = area.seen(rank);
        if (told[rank] < seen && area.pushSeen(fabric, peer, rank, me)) {
            told[rank] = seen;
        }
        int place = place(rank);
        for (var transfer : transfers) {
            long under = pushed[rank] - area.acknowledged(rank);
            pushed[rank] += transfer.push(area, fabric, peer, place, (int) (WINDOW_BLOCKS - under));
        }
    }
}
