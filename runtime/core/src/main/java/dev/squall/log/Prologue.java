package dev.squall.log;

import java.lang.foreign.MemorySegment;

/**
 * What a log's owner knows of the records before a segment; stands at its beginning. Belongs to the
 * log's writer.
 */
public interface Prologue {

    /** Nothing. */
    Prologue NONE =
            new Prologue() {
                @Override
                public int length() {
                    return 0;
                }

                @Override
                public void write(MemorySegment m, long at) {}
            };

    /** Its length in bytes now. */
    int length();

    /** Writes so many bytes. */
    void write(MemorySegment m, long at);

    /** What {@link #write} writes, in memory of its own. */
    default MemorySegment bytes() {
        var bytes = MemorySegment.ofArray(new byte[length()]);
        write(bytes, 0);
        return bytes;
    }
}
