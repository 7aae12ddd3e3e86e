package dev.squall.bench.maps;

import dev.squall.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** No index: value n lies at n times the size. What the memory itself costs, on huge pages. */
final class BareMemory implements LocalMap {

    private final int size;
    private final MemorySegment values;

    BareMemory(int size, int keys) {
        this.size = size;
        this.values = Region.allocateHuge((long) keys * size);
    }

    @Override
    public void put(int key, MemorySegment value) {
        MemorySegment.copy(value, 0, values, (long) key * size, size);
    }

    @Override
    public Reader reader() {
        return new Reader() {
            @Override
            public long touch(int key) {
                return values.get(WORD, (long) key * size + size / 2);
            }

            @Override
            public long copy(int key, byte[] into) {
                MemorySegment.copy(values, ValueLayout.JAVA_BYTE, (long) key * size, into, 0, size);
                return Words.get(into, size / 2);
            }
        };
    }

    @Override
    public void close() {}
}
