package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.memory.Align;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch, or word of one, that another node has written as a record, since that does not hold its
 * shard: only its stamp is this node's own.
 */
final class RawMessage implements Message {

    private final MemorySegment record;
    private final int length;

    private RawMessage(MemorySegment record, int length) {
        this.record = record;
        this.length = length;
    }

    /** A record as it came; refused when it is none. */
    static RawMessage of(byte[] bytes) {
        var record = memory(bytes.length);
        MemorySegment.copy(bytes, 0, record, ValueLayout.JAVA_BYTE, 0, bytes.length);
        boolean whole =
                BatchLayout.valid(record, bytes.length)
                        && known(record)
                        && RecordLayout.bodyIntact(record, 0);
        if (!whole) {
            throw new Failure(
                    Failure.Kind.INVALID, "%d bytes that are no batch".formatted(bytes.length));
        }
        var message = new RawMessage(record, bytes.length);
        message.keys().forEach(Key::check);
        return message;
    }

    private static boolean known(MemorySegment record) {
        int role = BatchLayout.role(record, 0);
        boolean several = BatchLayout.shards(record, 0) > 1;
        int parts = BatchLayout.parts(record, 0);
        return switch (RecordLayout.kind(record, 0)) {
            case RecordLayout.KIND_BATCH ->
                    parts > 0
                            && (several
                                    ? role == BatchLayout.ROLE_HOME
                                    : role == BatchLayout.ROLE_PLAIN);
            case RecordLayout.KIND_PREPARE ->
                    parts > 0 && several && role == BatchLayout.ROLE_SHARE;
            case RecordLayout.KIND_TICKET ->
                    parts == 0
                            && several
                            && role >= BatchLayout.ROLE_GIVE_UP
                            && role <= BatchLayout.ROLE_ASK;
            default -> false;
        };
    }

    /** A message as another node takes it. */
    static byte[] bytes(Message message) {
        var record = memory(message.length());
        message.write(record, 0, 0);
        return record.asSlice(0, message.length()).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Aligned as records are; goes with whoever holds it. */
    private static MemorySegment memory(int length) {
        return Arena.ofAuto()
                .allocate(Math.max(length, RecordLayout.HEADER_BYTES), Align.RECORD_BYTES);
    }

    @Override
    public List<String> keys() {
        var keys = new ArrayList<String>();
        for (long p = BatchLayout.firstPart(record, 0);
                p >= 0;
                p = BatchLayout.nextPart(record, p)) {
            keys.add(RecordLayout.key(record, p));
        }
        return keys;
    }

    @Override
    public String by() {
        return RecordLayout.producer(record, 0);
    }

    @Override
    public boolean bound() {
        return BatchLayout.role(record, 0) != BatchLayout.ROLE_PLAIN;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void write(MemorySegment m, long at, long stamp) {
        MemorySegment.copy(record, 0, m, at, length);
        RecordLayout.stamp(m, at, stamp);
    }
}
