package dev.squall.log;

import java.lang.foreign.MemorySegment;

/**
 * A range of a log that is kept, mapped and dropped as a whole. Its first {@link #HEADER_BYTES}
 * belong to its file's header (see {@link SegmentHeader}), so that a record has the same offset in
 * memory and in the file.
 *
 * <p>{@code memory} may be exchanged for the mapped file once every byte is on disk; readers hold
 * the one they saw.
 */
final class LogSegment {

    /** Bytes before the first record. */
    static final int HEADER_BYTES = 64;

    final int number;

    /** The newest version before this segment; 0 when the log begins with it. */
    final long previous;

    private volatile MemorySegment memory;
    private volatile long used;
    private volatile long lastTimestamp;

    LogSegment(int number, long previous, MemorySegment memory, long used) {
        this.number = number;
        this.previous = previous;
        this.memory = memory;
        this.used = used;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Bytes in use, the header's included. */
    long used() {
        return used;
    }

    void used(long bytes) {
        used = bytes;
    }

    /** The time of the newest record: what retention by age looks at. */
    long lastTimestamp() {
        return lastTimestamp;
    }

    void lastTimestamp(long micros) {
        lastTimestamp = micros;
    }

    boolean fits(long bytes) {
        return used + bytes <= memory.byteSize();
    }

    /** The same bytes, from the file. */
    void exchange(MemorySegment mapped) {
        memory = mapped;
    }
}
