package dev.squall.order;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * The reading end of one sender's ring: walks it message by message as the total order asks for
 * them. Nulls are turns without a message, pads are skipped.
 */
final class RingCursor {

    private final MemorySegment memory;
    private final long base;
    private final int bytes;
    private long position;
    private int nullsLeft;
    private long turns;

    RingCursor(MemorySegment memory, long base, int bytes) {
        this.memory = memory;
        this.base = base;
        this.bytes = bytes;
    }

    /** Turns taken so far: the index of the next one. */
    long turns() {
        return turns;
    }

    /** Bytes of the ring before the next record: no longer needed here. */
    long consumed() {
        return position;
    }

    /**
     * Takes the sender's next turn, which must have been received.
     *
     * @return where its record begins in memory, or -1 when the turn is a null. The record is
     *     consumed only with {@link #release}.
     */
    long next() {
        turns++;
        if (nullsLeft > 0) {
            nullsLeft--;
            return -1;
        }
        long at = base + (position & (bytes - 1));
        if (RecordLayout.kind(memory, at) == RecordLayout.KIND_PAD) {
            position += RecordLayout.length(memory, at);
            at = base + (position & (bytes - 1));
        }
        if (RecordLayout.kind(memory, at) == RecordLayout.KIND_NULL) {
            nullsLeft = RecordLayout.payloadLength(memory, at) - 1;
            release(at);
            return -1;
        }
        return at;
    }

    /** Looks at what is ahead. */
    interface Look {
        void at(MemorySegment m, long at);
    }

    /**
     * Shows the messages before a turn, which must have been received.
     *
     * @return whether all are what was sent; it ends at the first that is not
     */
    boolean look(long before, Look look) {
        var ahead = new RingCursor(memory, base, bytes);
        ahead.position = position;
        ahead.nullsLeft = nullsLeft;
        ahead.turns = turns;
        while (ahead.turns < before) {
            long at = ahead.next();
            if (at >= 0 && !RecordLayout.headerValid(memory, at, memory.byteSize() - at)) {
                return false;
            }
            if (at >= 0) {
                look.at(memory, at);
                ahead.release(at);
            }
        }
        return true;
    }

    /** The record is no longer needed. */
    void release(long at) {
        position += RecordLayout.footprint(RecordLayout.length(memory, at));
    }
}
