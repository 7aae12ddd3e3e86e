package dev.squall.node;

import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object, as a record, or as a part of a batch. */
final class PutMessage implements Message {

    private static final byte[] NOBODY = {};

    private final String name;
    private final byte[] key;
    private final int kind;
    private final MemorySegment payload;
    private final long expected;
    private final @Nullable Producer producer;
    private final byte[] by;
    private final String trace;
    private final int place;
    private final int label;

    private PutMessage(Put put, @Nullable Producer producer, int place) {
        this.name = put.key();
        this.key = put.key().getBytes(StandardCharsets.UTF_8);
        this.kind = put.delete() ? RecordLayout.KIND_DELETE : kind(put.part());
        this.payload = put.payload();
        this.expected = put.expected();
        this.producer = producer;
        this.by = bytes(producer);
        this.trace = put.trace();
        this.place = place;
        this.label = put.label();
    }

    static PutMessage of(Put put) {
        return new PutMessage(put, put.producer(), 0);
    }

    /**
     * A part of a batch, which has the producer of all of it.
     *
     * @param place how far it lies in the record of the batch
     */
    static PutMessage part(Batch.Part part, String trace, int place) {
        var put =
                new Put(
                        part.key(),
                        part.delete(),
                        part.payload(),
                        AckLevel.ORDERED,
                        part.expected(),
                        null,
                        trace);
        return new PutMessage(put, null, place);
    }

    private static int kind(Put.Part part) {
        return switch (part) {
            case WHOLE -> RecordLayout.KIND_PUT;
            case CHUNK -> RecordLayout.KIND_CHUNK;
            case MANIFEST -> RecordLayout.KIND_MANIFEST;
            case LABEL -> RecordLayout.KIND_LABEL;
        };
    }

    /** How far it lies in the record of a batch; 0 = it is a record by itself. */
    int place() {
        return place;
    }

    /** The bytes of a producer's id. */
    static byte[] bytes(@Nullable Producer producer) {
        return producer == null ? NOBODY : producer.id().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int length() {
        return RecordLayout.HEADER_BYTES + key.length + by.length + (int) payload.byteSize();
    }

    @Override
    public List<String> keys() {
        return List.of(name);
    }

    @Override
    public String by() {
        return producer == null ? "" : producer.id();
    }

    @Override
    public @Nullable MemorySegment manifest() {
        return kind == RecordLayout.KIND_MANIFEST ? payload : null;
    }

    /** Writes the record: the payload's one copy on this node's way in. */
    @Override
    public void write(MemorySegment m, long at, long stamp) {
        int size = (int) payload.byteSize();
        RecordLayout.writeHeader(m, at, kind, key.length, by.length, size);
        long body = at + RecordLayout.HEADER_BYTES;
        MemorySegment.copy(MemorySegment.ofArray(key), 0, m, body, key.length);
        MemorySegment.copy(MemorySegment.ofArray(by), 0, m, body + key.length, by.length);
        MemorySegment.copy(payload, 0, m, body + key.length + by.length, size);
        ask(m, at, expected, producer, trace);
        LabelLayout.number(m, at, label);
        if (place > 0) {
            BatchLayout.writePart(m, at, place);
        }
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.seal(m, at);
    }

    /** Writes what a caller asked for. */
    static void ask(
            MemorySegment m, long at, long expected, @Nullable Producer producer, String trace) {
        RecordLayout.writeRequest(
                m,
                at,
                0,
                expected,
                producer == null ? 0 : producer.incarnation(),
                producer == null ? 0 : producer.sequence());
        if (trace.length() == 32) {
            RecordLayout.writeTrace(
                    m,
                    at,
                    Long.parseUnsignedLong(trace, 0, 16, 16),
                    Long.parseUnsignedLong(trace, 16, 32, 16));
        }
    }
}
