package dev.squall.order;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * What a {@link Schedule} means to one member: from whom each block comes, and which blocks go to
 * whom, in which order. Steps are not kept: each block is handed on as soon as it is here and its
 * target has room. As no transfer of a step needs one of the same step or a later one, nobody waits
 * for each other in a circle.
 *
 * <p>A transfer to who has the block already is left out, so each block comes exactly once: who has
 * all blocks knows that nothing more is on its way into them.
 */
final class BlockPlan {

    private static final int[] NOTHING = {};

    /** The place that each block comes from. */
    private final int[] sources;

    /** By place, the blocks that go there. */
    private final int[][] sends;

    private BlockPlan(int[] sources, int[][] sends) {
        this.sources = sources;
        this.sends = sends;
    }

    /**
     * @param members how many members, at least two
     * @param blocks how many blocks
     * @param place of the member: its rank, counted from the sender's
     */
    static BlockPlan of(int members, int blocks, int place) {
        var schedule = Schedule.of(members, blocks);
        var has = IntStream.range(0, members).mapToObj(_ -> new BitSet()).toList();
        has.getFirst().set(0, blocks);
        var sources = new int[blocks];
        var sends = new int[members][];
        Arrays.fill(sends, NOTHING);
        for (int step = 0; step < schedule.steps(members, blocks); step++) {
            schedule.step(
                    members,
                    blocks,
                    step,
                    (from, to, block) -> {
                        if (has.get(to).get(block)) {
                            return;
                        }
                        has.get(to).set(block);
                        if (to == place) {
                            sources[block] = from;
                        }
                        if (from == place) {
                            sends[to] = Arrays.copyOf(sends[to], sends[to].length + 1);
                            sends[to][sends[to].length - 1] = block;
                        }
                    });
        }
        return new BlockPlan(sources, sends);
    }

    int blocks() {
        return sources.length;
    }

    /** The place from which a block comes; not for the sender. */
    int source(int block) {
        return sources[block];
    }

    /** The blocks that go from here to a place, in their order. */
    int[] sends(int to) {
        return sends[to];
    }
}
