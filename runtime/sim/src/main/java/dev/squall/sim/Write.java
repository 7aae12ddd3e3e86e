package dev.squall.sim;

import java.lang.foreign.MemorySegment;

/**
 * A one-sided write on its way.
 *
 * @param region the number under which the receiver registered the memory
 * @param offset where the bytes go in it
 * @param bytes the bytes, which belong to the write
 */
public record Write(int region, long offset, MemorySegment bytes) {

    long length() {
        return bytes.byteSize();
    }
}
