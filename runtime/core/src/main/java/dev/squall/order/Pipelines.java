package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import dev.squall.wire.BlocksLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Large records of a shard in one view: they go as blocks from member to member, as a {@link
 * Schedule} says, after RDMC (Behrens et al., DSN 2018). The sender's way out carries each about
 * once instead of once for every member.
 *
 * <pre>
 *   sender                                     the others
 *   writes the record into its area
 *   "begun", with place and length    ─────►
 *   blocks                            ─────►   blocks to each other
 *   message in the ring: "ordered"    ─────►   received when it and all of its blocks are here
 *                                              delivered when every member has received it
 * </pre>
 *
 * <p><b>Order.</b> Blocks have none. A message ({@link RecordLayout#KIND_BLOCKS}) in the sender's
 * ring gives the record its place, and a member publishes that it has received that message only
 * when the blocks are here too. All else follows as for any message: it is delivered when every
 * member has it; the trim of a view that ends does not pass it where somebody lacks a block; and
 * its sender sends it again in the next view. Nothing of a record is seen before.
 *
 * <p><b>Areas.</b> Blocks are written where they stay until the log takes the record. Each sender
 * has an area at each member ({@link BlockArea}), made when it has a large record for the first
 * time in a view: it says how large in its row, the others make it and say so in theirs. A member
 * writes into another one's area only when it has seen there that it is made. If somebody cannot
 * make one, that sender's records go in fragments in this view.
 *
 * <p><b>Flow control.</b> The sender takes room only where every member has consumed what was there
 * before ({@link Outlet}). From one member to another at most {@link Pipeline#WINDOW_BLOCKS} are
 * under way that it has not seen, so that small messages and signs of life on the same way wait for
 * no more than these. Nobody waits in a circle: see {@link BlockPlan}; and what comes is taken
 * notice of in every turn, whatever else the member does or cannot do.
 *
 * <p>Single-threaded, a part of {@link Multicast}.
 */
public final class Pipelines {

    /** A member has made an area. */
    private static final long MADE = 1;

    /** A member cannot make one. */
    private static final long REFUSED = 2;

    /** Makes areas. */
    public interface Areas {

        /**
         * Zeroed memory in which this sender's blocks are, which the peers are let into under
         * {@link #region}; null = it cannot be had.
         *
         * @param sender the sender's rank
         */
        @Nullable MemorySegment open(int sender, long bytes);

        /** The number under which all members register the area of a sender. */
        int region(int sender);

        /** There are none, for everything goes by rings. */
        Areas NONE =
                new Areas() {
                    @Override
                    public @Nullable MemorySegment open(int sender, long bytes) {
                        return null;
                    }

                    @Override
                    public int region(int sender) {
                        return -1;
                    }
                };
    }

    private final PipelineLimits limits;
    private final Table table;
    private final int members;
    private final int me;
    private final Areas areas;

    /** By the sender's rank. */
    private final @Nullable Pipeline[] pipelines;

    private final Map<Long, BlockPlan> plans = new HashMap<>();
    private final long[] described;
    private final long[] turned;
    private @Nullable Outlet outlet;

    Pipelines(PipelineLimits limits, Table table, Areas areas) {
        this.limits = limits;
        this.table = table;
        this.members = table.rows();
        this.me = table.me();
        this.areas = areas;
        this.pipelines = new Pipeline[members];
        this.described = new long[members];
        this.turned = new long[members];
    }

    /** Takes notice of what came. Returns how much. */
    int receive() {
        int work = 0;
        for (int s = 0; s < members; s++) {
            long blockBytes = table.get(s, ShardColumn.BLOCK_BYTES);
            if (blockBytes == 0) {
                continue;
            }
            var pipeline = pipelines[s];
            if (pipeline != null) {
                work +=
                        pipeline.look(
                                table.get(s, ShardColumn.BLOCKS_BEGUN),
                                table.get(s, ShardColumn.BLOCKS_ORDERED));
            } else if (table.mine(ShardColumn.area(s, members)) == 0) {
                open(s, (int) blockBytes);
                work++;
            }
        }
        return work;
    }

    private void open(int sender, int blockBytes) {
        boolean known = blockBytes > 0 && blockBytes <= PipelineLimits.AREA_BYTES_MAX;
        var memory = known ? areas.open(sender, BlockArea.bytes(blockBytes)) : null;
        if (memory != null) {
            var area = new BlockArea(memory, areas.region(sender), blockBytes);
            var pipeline = new Pipeline(area, sender, me, members, blocks -> plan(blocks, sender));
            pipelines[sender] = pipeline;
            outlet = sender == me ? new Outlet(pipeline, table) : outlet;
        }
        table.raise(ShardColumn.area(sender, members), memory == null ? REFUSED : MADE);
    }

    private BlockPlan plan(int blocks, int sender) {
        int place = (me - sender + members) % members;
        long which = (long) blocks * members + place; // at most BLOCKS times members of them
        return plans.computeIfAbsent(which, _ -> BlockPlan.of(members, blocks, place));
    }

    /** The turn of a sender before which everything is here. */
    long heldBack(int sender) {
        var pipeline = pipelines[sender];
        return pipeline == null ? Pipeline.NOTHING : pipeline.heldBack();
    }

    /** Whether a record of this length is to go as blocks. */
    public boolean takes(int length) {
        boolean large = limits.fromBytes() > 0 && length >= limits.fromBytes();
        if (!large || members == 1) {
            return false;
        }
        long room = (long) BlockArea.BLOCKS * limits.blockBytes();
        return RecordLayout.footprint(length) <= room && areasAre() != REFUSED;
    }

    /** What has become of this member's areas: 0 = some are not made yet. */
    private long areasAre() {
        int column = ShardColumn.area(me, members);
        return table.max(column) == REFUSED ? REFUSED : table.min(column);
    }

    /**
     * Begins to send a record that {@link #takes} has taken.
     *
     * @return where to write it, or null when there is no room yet: try next turn
     */
    public @Nullable BlockSend begin(int length) {
        table.raise(ShardColumn.BLOCK_BYTES, limits.blockBytes());
        var open = outlet;
        if (open == null || areasAre() != MADE) {
            return null;
        }
        long first = open.reserve(length);
        return first < 0 ? null : new BlockSend(open, first, length);
    }

    /** Every member has consumed this member's ring up to here. */
    void consumed(long ringPosition) {
        if (outlet != null) {
            outlet.consumed(ringPosition);
        }
    }

    /**
     * Pushes what the counters in the own row guard: where records are, and which turns name them.
     *
     * @return false when the way is full: the row must wait
     */
    boolean guarded(Fabric fabric, int peer, int rank) {
        var open = outlet;
        if (open == null) {
            return true;
        }
        long begun = table.mine(ShardColumn.BLOCKS_BEGUN);
        while (described[rank] < begun) {
            if (!open.area().pushDescriptor(fabric, peer, described[rank] + 1)) {
                return false;
            }
            described[rank]++;
        }
        long ordered = table.mine(ShardColumn.BLOCKS_ORDERED);
        while (turned[rank] < ordered) {
            if (!open.area().pushTurn(fabric, peer, turned[rank] + 1)) {
                return false;
            }
            turned[rank]++;
        }
        return true;
    }

    /** Hands blocks on to a member. */
    void push(Fabric fabric, int peer, int rank) {
        for (int s = 0; s < members; s++) {
            var pipeline = pipelines[s];
            if (pipeline != null && table.get(rank, ShardColumn.area(s, members)) == MADE) {
                pipeline.push(fabric, peer, rank);
            }
        }
    }

    /** Takes the record that is at a place of its area. */
    public interface Whole {
        void take(MemorySegment area, long at);
    }

    /**
     * Delivers the record that a message names. Its time is that of the message.
     *
     * @param sender the sender's rank
     * @param message of kind {@link RecordLayout#KIND_BLOCKS}, as it was sent
     * @param check sees the record as it was sent
     * @param sink takes it
     */
    public void deliver(int sender, MemorySegment message, long at, Whole check, Whole sink) {
        var pipeline = pipelines[sender];
        var transfer = pipeline == null ? null : pipeline.oldest();
        long number = BlocksLayout.number(message, at);
        if (pipeline == null || transfer == null || transfer.number != number) {
            throw new IllegalStateException("a record in blocks that did not begin: " + number);
        }
        Check.that(transfer.whole(), "a record is delivered without all of its blocks", number);
        var area = pipeline.area.memory();
        long place = pipeline.area.placeOf(transfer.first());
        check.take(area, place);
        boolean same = BlocksLayout.names(message, at, area, place);
        Check.that(same, "another record than the message names lies in the area", number);
        RecordLayout.stamp(area, place, RecordLayout.timestamp(message, at));
        sink.take(area, place);
        pipeline.delivered();
    }
}
