package dev.squall.bench.jmh;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.Peer;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A fabric between members of one process: a write is a copy, done at once. It shows what the
 * stages above the fabric cost by themselves.
 */
final class DirectFabric implements Fabric {

    private final List<MemorySegment> memories;

    /** Reaches members by their place in this list; each has one region. */
    DirectFabric(List<MemorySegment> memories) {
        this.memories = memories;
    }

    @Override
    public void register(int region, MemorySegment memory) {}

    @Override
    public void unregister(int region) {}

    @Override
    public boolean write(
            int peer,
            int region,
            MemorySegment source,
            long sourceOffset,
            long targetOffset,
            long length) {
        MemorySegment.copy(source, sourceOffset, memories.get(peer), targetOffset, length);
        return true;
    }

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public int flush() {
        return 0;
    }

    @Override
    public void await(long nanosMax, BooleanSupplier work) {}

    @Override
    public void wake() {}

    @Override
    public void introduce(Peer peer) {}

    @Override
    public void forget(int peer) {}

    @Override
    public void drop(int peer) {}

    @Override
    public void close() {}
}
