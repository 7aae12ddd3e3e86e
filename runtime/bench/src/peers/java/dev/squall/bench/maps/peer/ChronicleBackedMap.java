package dev.squall.bench.maps.peer;

import dev.squall.bench.maps.ArrayReader;
import dev.squall.bench.maps.LocalMap;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import net.openhft.chronicle.map.ChronicleMap;

/** Chronicle Map: outside the heap, values of one size, read into bytes that are used again. */
public final class ChronicleBackedMap implements LocalMap {

    private final int size;
    private final ChronicleMap<Integer, byte[]> map;
    private final byte[] value;

    /**
     * @param size bytes of a value
     * @param keys how many there will be
     * @param directory not used: it stays in memory
     */
    public ChronicleBackedMap(int size, int keys, Path directory) {
        this.size = size;
        this.value = new byte[size];
        this.map =
                ChronicleMap.of(Integer.class, byte[].class)
                        .name("bench")
                        .entries(keys)
                        .constantValueSizeBySample(new byte[size])
                        .create();
    }

    @Override
    public void put(int number, MemorySegment source) {
        MemorySegment.ofArray(value).copyFrom(source);
        map.put(number, value);
    }

    @Override
    public Reader reader() {
        var into = new byte[size];
        return new ArrayReader(size) {
            @Override
            protected byte[] value(int number) {
                var found = map.getUsing(number, into);
                if (found == null) {
                    throw new IllegalStateException("a key is missing");
                }
                return found;
            }
        };
    }

    @Override
    public void close() {
        map.close();
    }
}
