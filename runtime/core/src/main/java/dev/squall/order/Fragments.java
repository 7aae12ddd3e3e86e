package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.memory.Align;
import dev.squall.memory.Region;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Records longer than a message travel as fragments: each carries a range of the whole record's
 * bytes, the last one completes it and gives it its place in the order. A sender has one such
 * record under way at a time, so each receiver keeps at most one unfinished record per sender.
 */
public final class Fragments implements DeliverySink {

    private final DeliverySink sink;
    private final @Nullable MemorySegment[] unfinished;

    /** Joins fragments on their way to the next stage; whole records pass through. */
    public Fragments(int senders, DeliverySink sink) {
        this.sink = sink;
        this.unfinished = new MemorySegment[senders];
    }

    @Override
    public void deliver(long sequence, int sender, MemorySegment ring, long at) {
        if (RecordLayout.kind(ring, at) != RecordLayout.KIND_FRAGMENT) {
            sink.deliver(sequence, sender, ring, at);
            return;
        }
        int whole = RecordLayout.objectLength(ring, at);
        int offset = RecordLayout.fragmentOffset(ring, at);
        int length = RecordLayout.payloadLength(ring, at);
        Check.that(length > 0 && offset >= 0 && offset <= whole - length, "bad fragment", offset);
        var record = unfinished[sender];
        if (offset == 0) {
            record = Region.allocate(Align.up(whole, Align.RECORD_BYTES));
            unfinished[sender] = record;
        }
        if (record == null) {
            throw new IllegalStateException("a fragment of a record that did not begin: " + offset);
        }
        MemorySegment.copy(ring, RecordLayout.payloadAt(ring, at), record, offset, length);
        if (offset + length == whole) {
            unfinished[sender] = null;
            // Its time is that of the message which completes it, or it would lie before promises.
            RecordLayout.stamp(record, 0, RecordLayout.timestamp(ring, at));
            sink.deliver(sequence, sender, record, 0);
        }
    }

    /**
     * Sends a part of a long record.
     *
     * @param record the whole record
     * @param offset what was sent of it before
     * @param stamp the time of this message
     * @return what has been sent of it now: unchanged when the ring is full
     */
    public static int send(Multicast multicast, MemorySegment record, int offset, long stamp) {
        int whole = RecordLayout.length(record, 0);
        int room = multicast.messageBytesMax() - RecordLayout.HEADER_BYTES;
        int length = Math.min(whole - offset, room);
        int message = RecordLayout.HEADER_BYTES + length;
        long at = multicast.reserve(message);
        if (at < 0) {
            return offset;
        }
        var memory = multicast.memory();
        RecordLayout.writeHeader(memory, at, RecordLayout.KIND_FRAGMENT, 0, 0, length);
        RecordLayout.stamp(memory, at, stamp);
        RecordLayout.writeFragment(memory, at, whole, offset);
        MemorySegment.copy(record, offset, memory, at + RecordLayout.HEADER_BYTES, length);
        multicast.commit(message);
        return offset + length;
    }
}
