package dev.squall.bench.maps;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ConcurrentHashMap;

/** {@link ConcurrentHashMap} from boxed numbers to arrays: the JDK's own. */
final class JdkMap implements LocalMap {

    private final int size;
    private final ConcurrentHashMap<Integer, byte[]> map;

    JdkMap(int size, int keys) {
        this.size = size;
        this.map = new ConcurrentHashMap<>(2 * keys);
    }

    @Override
    public void put(int key, MemorySegment value) {
        map.put(key, value.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public Reader reader() {
        return new ArrayReader(size) {
            @Override
            protected byte[] value(int key) {
                var value = map.get(key);
                if (value == null) {
                    throw new IllegalStateException("a key is missing");
                }
                return value;
            }
        };
    }

    @Override
    public void close() {}
}
