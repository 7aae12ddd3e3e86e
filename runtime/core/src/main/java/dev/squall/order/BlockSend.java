package dev.squall.order;

import dev.squall.wire.BlocksLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A record that its sender writes into its own area and sends from there. When the last of the
 * blocks that the sender itself hands on has left, an ordinary message gives the record its place:
 * so others' messages wait for the end of the transfer at most, not for all of it.
 */
public final class BlockSend implements LongSend {

    private final Outlet outlet;
    private final long first;
    private final int length;
    private @Nullable BlockTransfer transfer;

    BlockSend(Outlet outlet, long first, int length) {
        this.outlet = outlet;
        this.first = first;
        this.length = length;
    }

    @Override
    public MemorySegment memory() {
        return outlet.area().memory();
    }

    @Override
    public long at() {
        return outlet.area().placeOf(first);
    }

    @Override
    public boolean send(Multicast multicast, long stamp) {
        var begun = transfer;
        if (begun == null) {
            RecordLayout.sealHeader(memory(), at());
            transfer = outlet.begin(first, length);
            return false; // its first blocks leave at the end of this turn
        }
        if (!begun.handedOn()) {
            return false;
        }
        long at = multicast.reserve(BlocksLayout.MESSAGE_BYTES);
        if (at < 0) {
            return false;
        }
        BlocksLayout.write(multicast.memory(), at, begun.number, memory(), at(), stamp);
        outlet.orders(begun, multicast.sent());
        multicast.commit(BlocksLayout.MESSAGE_BYTES);
        outlet.ordered(begun, multicast.tail());
        return true;
    }

    @Override
    public void close() {}
}
