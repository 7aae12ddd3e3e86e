package dev.squall.bench.maps;

/** Reads a map whose values are arrays. */
public abstract class ArrayReader implements LocalMap.Reader {

    private final int size;

    /**
     * @param size bytes of a value
     */
    protected ArrayReader(int size) {
        this.size = size;
    }

    /** A key's value. */
    protected abstract byte[] value(int key);

    @Override
    public final long touch(int key) {
        return Words.get(value(key), size / 2);
    }

    @Override
    public final long copy(int key, byte[] into) {
        System.arraycopy(value(key), 0, into, 0, size);
        return Words.get(into, size / 2);
    }
}
