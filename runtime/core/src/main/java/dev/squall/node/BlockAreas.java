package dev.squall.node;

import dev.squall.fabric.Fabric;
import dev.squall.order.Pipelines;
import dev.squall.view.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registered memory of one shard in one view that large records are written into, an area for
 * each member that sends such. A member that cannot make one does without: then the sender's
 * records go by its ring.
 *
 * <p>Belongs to the group agent.
 */
final class BlockAreas implements Pipelines.Areas {

    /** Tells these regions from those that all shards have, see {@link ShardEpoch#region}. */
    private static final int MARK = 1 << 30;

    /** Views whose areas are told apart; nobody lags that far behind. */
    private static final long VIEW_MASK = (1 << 12) - 1;

    /** Shards of a cluster: {@link Metadata#SHARDS_MAX}. */
    private static final int SHARD_BITS = 12;

    /** Members of a shard: {@link dev.squall.order.MulticastLayout#MEMBERS_MAX}. */
    private static final int SENDER_BITS = 6;

    private static final System.Logger LOG = System.getLogger(BlockAreas.class.getName());

    private final Fabric fabric;
    private final long view;
    private final int shard;
    private final List<Integer> opened = new ArrayList<>();

    BlockAreas(Fabric fabric, View view, int shard) {
        this.fabric = fabric;
        this.view = view.id();
        this.shard = shard;
    }

    @Override
    public @Nullable MemorySegment open(int sender, long bytes) {
        try {
            var memory = fabric.allocate(bytes);
            fabric.register(region(sender), memory);
            opened.add(region(sender));
            return memory;
        } catch (IllegalStateException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "shard {0}: no {1} bytes for large records, they go by rings: {2}",
                    shard,
                    bytes,
                    e.getMessage());
            return null;
        }
    }

    @Override
    public int region(int sender) {
        int which = (int) (view & VIEW_MASK) << SHARD_BITS | shard;
        return MARK | which << SENDER_BITS | sender;
    }

    /** The view has ended. */
    void retire(Regions regions) {
        for (int region : opened) {
            regions.retire(view, region);
        }
    }
}
