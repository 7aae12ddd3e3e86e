package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Records longer than a message travel as fragments: each carries a range of the whole record's
 * bytes, the last one completes it and gives it its place in the order. A sender has at most one
 * such record under way at a time, and beside it one out of its log ({@link
 * RecordLayout#FLAG_REPLAY}); so each receiver keeps at most two unfinished records per sender.
 */
public final class Fragments implements DeliverySink {

    private final DeliverySink sink;
    private final @Nullable LongRecord[] unfinished;

    /** Joins fragments on their way to the next stage; whole records pass through. */
    public Fragments(int senders, DeliverySink sink) {
        this.sink = sink;
        this.unfinished = new LongRecord[2 * senders];
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
        boolean old = (RecordLayout.flags(ring, at) & RecordLayout.FLAG_REPLAY) != 0;
        int slot = 2 * sender + (old ? 1 : 0);
        var record = unfinished[slot];
        if (offset == 0) {
            record = new LongRecord(whole);
            unfinished[slot] = record;
        }
        if (record == null) {
            throw new IllegalStateException("a fragment of a record that did not begin: " + offset);
        }
        var joined = record.memory();
        MemorySegment.copy(ring, RecordLayout.payloadAt(ring, at), joined, offset, length);
        if (offset + length == whole) {
            unfinished[slot] = null;
            if (!old) {
                // Its time is that of the message which completes it, or promises would be broken.
                RecordLayout.stamp(joined, 0, RecordLayout.timestamp(ring, at));
            }
            sink.deliver(sequence, sender, joined, 0);
            record.close();
        }
    }
}
