package dev.squall.bench.maps;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A map from numbers to values of one size, in this process. Filled by one thread, then read by
 * several, each with a reader of its own.
 */
public interface LocalMap extends AutoCloseable {

    /** A word of a value, as it lies there. */
    ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Puts a value, copied from before this returns. */
    void put(int key, MemorySegment value) throws IOException;

    /** Everything is in. */
    default void filled() throws IOException {}

    /** A reader for one thread. */
    Reader reader();

    @Override
    void close() throws IOException;

    /** What one thread reads with. The keys it asks for are there. */
    interface Reader {

        /** The word in the middle of a key's value, read where it lies. */
        long touch(int key);

        /** Copies a key's value. Returns the word in the middle of the copy. */
        long copy(int key, byte[] into);
    }

    /** A reader of what keeps the past, too. */
    interface PastReader extends Reader {

        /** {@link #touch} for the newest value not after a time. */
        long touchAt(int key, long time);
    }
}
