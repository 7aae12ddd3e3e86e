package dev.squall.log;

import dev.squall.memory.Region;
import dev.squall.memory.SecondHand;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * A range of a log that is kept, mapped and dropped as a whole. Its first {@link #HEADER_BYTES}
 * belong to its file's header (see {@link SegmentHeader}), so that a record has the same offset in
 * memory and in the file. Then comes the prologue (see {@link Prologue}), then the records.
 *
 * <p>{@code memory} may be exchanged for the mapped file once every byte is on disk; readers hold
 * the one they saw.
 */
final class LogSegment {

    /** Bytes before the prologue. */
    static final int HEADER_BYTES = 64;

    final int number;

    /** The newest version before this segment; 0 when the log begins with it. */
    final long previous;

    /** Bytes of the prologue, its padding not included. */
    final int prologueBytes;

    /** Where the first record begins. */
    final long begin;

    private volatile MemorySegment memory;
    private volatile long used;
    private volatile long lastTimestamp;

    LogSegment(int number, long previous, int prologueBytes, MemorySegment memory, long used) {
        this.number = number;
        this.previous = previous;
        this.prologueBytes = prologueBytes;
        this.begin = begin(prologueBytes);
        this.memory = memory;
        this.used = used;
    }

    /**
     * A new segment, which begins with what the log's owner knows.
     *
     * @param bytes its size, unless a record of this footprint needs more
     */
    static LogSegment make(
            int number, long previous, Prologue prologue, int bytes, long footprint) {
        int length = prologue.length();
        long begin = begin(length);
        long size = Math.max(bytes, begin + footprint);
        // A shard that has filled one segment will be read at random; many never do.
        var memory = number == 1 ? Region.allocate(size) : SecondHand.allocate(size);
        memory.asSlice(0, begin).fill((byte) 0);
        prologue.write(memory, HEADER_BYTES);
        return new LogSegment(number, previous, length, memory, begin);
    }

    /** Where records begin behind a prologue of this length. */
    static long begin(int prologueBytes) {
        return HEADER_BYTES + RecordLayout.footprint(prologueBytes);
    }

    /** What the log's owner knew when the segment began. */
    MemorySegment prologue() {
        return memory.asSlice(HEADER_BYTES, prologueBytes).asReadOnly();
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

    /** The newest version before an offset, as far as the records before it are what they were. */
    long newestBefore(long offset) {
        long version = Math.max(previous, 0);
        long at = begin;
        while (at < offset && Soundness.whole(memory, at)) {
            version = RecordLayout.version(memory, at);
            at += RecordLayout.footprint(RecordLayout.length(memory, at));
        }
        return version;
    }
}
