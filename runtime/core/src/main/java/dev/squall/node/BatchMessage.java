package dev.squall.node;

import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several objects as one record (see {@link BatchLayout}). */
final class BatchMessage implements Message {

    private static final int[] NO_SHARDS = {};

    private final List<PutMessage> parts = new ArrayList<>();
    private final @Nullable Producer producer;
    private final byte[] by;
    private final String trace;
    private final int length;

    /** The objects of one shard. */
    BatchMessage(List<Batch.Part> changes, @Nullable Producer producer, String trace) {
        this.producer = producer;
        this.by = PutMessage.bytes(producer);
        this.trace = trace;
        long at = BatchLayout.partsAt(by.length, NO_SHARDS.length);
        for (var change : changes) {
            var part = PutMessage.part(change, trace, (int) at);
            parts.add(part);
            at += BatchLayout.footprint(part.length());
        }
        this.length = (int) at;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void write(MemorySegment m, long at, long stamp) {
        int payload = length - RecordLayout.HEADER_BYTES - by.length;
        RecordLayout.writeHeader(m, at, RecordLayout.KIND_BATCH, 0, by.length, payload);
        MemorySegment.copy(
                MemorySegment.ofArray(by), 0, m, at + RecordLayout.HEADER_BYTES, by.length);
        BatchLayout.writeBlock(m, at, parts.size(), BatchLayout.ROLE_PLAIN, 0, 0, 0, 0, NO_SHARDS);
        for (var part : parts) {
            long place = at + part.place();
            part.write(m, place, stamp);
            long end = place + part.length();
            m.asSlice(end, place + BatchLayout.footprint(part.length()) - end).fill((byte) 0);
        }
        PutMessage.ask(m, at, RecordLayout.ANY, producer, trace);
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.seal(m, at);
    }
}
