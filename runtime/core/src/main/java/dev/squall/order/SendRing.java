package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.memory.Align;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * The writing end of a sender's ring: records one after the other, none across the end. The ring is
 * the same range of memory at every member; pushing copies what is new to theirs.
 *
 * <p>Positions count bytes since the view began and never wrap; a position's place in the ring is
 * its remainder. A range is reused when every member has published that it consumed it.
 *
 * <p>The last {@link #NULL_RESERVE_BYTES} are kept free of application messages: nulls must always
 * find room, or a full ring and the round robin would wait for each other.
 */
final class SendRing {

    /** Bytes that only nulls may use: 4 KiB, 128 of them. */
    static final int NULL_RESERVE_BYTES = 4096;

    private final MemorySegment memory;
    private final long base;
    private final int bytes;
    private long tail;
    private long limit;
    private long lastNull = -1;

    SendRing(MemorySegment memory, long base, int bytes) {
        Check.that(Long.bitCount(bytes) == 1, "a ring's size must be a power of two", bytes);
        this.memory = memory;
        this.base = base;
        this.bytes = bytes;
        this.limit = bytes;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Where the next record goes. */
    long tail() {
        return tail;
    }

    /** Everybody has consumed up to this position. */
    void consumed(long position) {
        limit = position + bytes;
    }

    /** Makes room for a record of this length. Returns where it begins in memory, or -1. */
    long reserve(long length) {
        return reserve(length, NULL_RESERVE_BYTES);
    }

    /** As {@link #reserve(long)}, if so many bytes stay free. */
    long reserve(long length, int spare) {
        long need = RecordLayout.footprint(length);
        long place = tail & (bytes - 1);
        long pad = place + need > bytes ? bytes - place : 0;
        if (tail + pad + need + spare > limit) {
            return -1;
        }
        if (pad > 0) {
            RecordLayout.writeShort(memory, base + place, RecordLayout.KIND_PAD, (int) pad, 0);
            tail += pad;
        }
        return base + (tail & (bytes - 1));
    }

    /** The reserved record is written. */
    void commit(long length) {
        RecordLayout.sealHeader(memory, base + (tail & (bytes - 1)));
        tail += RecordLayout.footprint(length);
        lastNull = -1;
    }

    /**
     * Stands in for this many turns without a message.
     *
     * @param pushedMax the furthest position that any peer has been sent: a null record beyond it
     *     may still be changed
     * @return false when the ring is full even for nulls
     */
    boolean nulls(int count, long pushedMax) {
        if (lastNull >= pushedMax) {
            long at = base + (lastNull & (bytes - 1));
            int more = Math.addExact(count, RecordLayout.payloadLength(memory, at));
            writeNull(at, more);
            return true;
        }
        long at = reserve(RecordLayout.SHORT_BYTES, 0);
        if (at < 0) {
            return false;
        }
        lastNull = tail;
        writeNull(at, count);
        tail += Align.RECORD_BYTES;
        return true;
    }

    private void writeNull(long at, int count) {
        RecordLayout.writeShort(
                memory, at, RecordLayout.KIND_NULL, RecordLayout.SHORT_BYTES, count);
    }

    /** Pushes records to a peer. Returns how far the peer has been sent now. */
    long push(Fabric fabric, int peer, int region, long from) {
        long at = from;
        while (at < tail) {
            long place = at & (bytes - 1);
            long length = Math.min(tail - at, bytes - place);
            if (!fabric.write(peer, region, memory, base + place, base + place, length)) {
                break;
            }
            at += length;
        }
        return at;
    }
}
