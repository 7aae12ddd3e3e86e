package dev.squall.order;

import dev.squall.fabric.Fabric;
import java.util.BitSet;

/**
 * One record in blocks, at one member: which blocks are here, and which have been handed on. A
 * block is handed on only when it is here, whole; that the target has room for it follows from its
 * being there at all, for the sender takes only room that every member has done with.
 */
final class BlockTransfer {

    /** Which of its sender's in this view; from 1 on. */
    final long number;

    private final long first;
    private final long length;
    private final BlockPlan plan;
    private final BitSet here = new BitSet();

    /** By place, how many of the plan's blocks have been handed on. */
    private final int[] handed;

    /** By place, whether the flag of the last of them is still to be written. */
    private final boolean[] owed;

    private int left;

    /**
     * @param first its first block, by the number since the area was made
     * @param length the record's length in bytes
     * @param members how many members
     * @param mine whether this member is the sender, who has everything
     */
    BlockTransfer(long number, long first, long length, BlockPlan plan, int members, boolean mine) {
        this.number = number;
        this.first = first;
        this.length = length;
        this.plan = plan;
        this.handed = new int[members];
        this.owed = new boolean[members];
        if (mine) {
            here.set(0, plan.blocks());
        }
        for (int to = 0; to < members; to++) {
            left += plan.sends(to).length;
        }
    }

    long first() {
        return first;
    }

    long length() {
        return length;
    }

    /** Whether every block is here. */
    boolean whole() {
        return here.cardinality() == plan.blocks();
    }

    /** Whether everything that this member is to hand on has been. */
    boolean handedOn() {
        return left == 0;
    }

    /** Takes notice of blocks that have come. Returns how many. */
    int look(BlockArea area, int sender, int members) {
        int came = 0;
        for (int b = here.nextClearBit(0); b < plan.blocks(); b = here.nextClearBit(b + 1)) {
            if (area.has(first + b, number)) {
                here.set(b);
                area.saw((plan.source(b) + sender) % members);
                came++;
            }
        }
        return came;
    }

    /**
     * Hands on to a member.
     *
     * @param place the member's
     * @param blocksMax how many blocks it takes now
     * @return how many blocks have left; less than it takes when there are no more, or its way is
     *     full
     */
    int push(BlockArea area, Fabric fabric, int peer, int place, int blocksMax) {
        int[] sends = plan.sends(place);
        int count = 0;
        while (owed[place] || (count < blocksMax && handed[place] < sends.length)) {
            int block = sends[handed[place]];
            if (!owed[place]) {
                long bytes = Math.min(length - (long) block * area.blockBytes(), area.blockBytes());
                if (!here.get(block) || !area.pushBlock(fabric, peer, first + block, bytes)) {
                    return count;
                }
                owed[place] = true;
                count++;
            }
            if (!area.pushFlag(fabric, peer, first + block)) {
                return count;
            }
            owed[place] = false;
            handed[place]++;
            left--;
        }
        return count;
    }
}
