package dev.squall.wire;

import dev.squall.memory.Align;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes records for tests, as the node where an object enters does. */
public final class Records {

    private Records() {}

    /** A sealed put of a text. */
    public static MemorySegment put(String key, String payload) {
        return put(key, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** A sealed put. */
    public static MemorySegment put(String key, byte[] payload) {
        return of(RecordLayout.KIND_PUT, key, "", payload);
    }

    /** A sealed delete. */
    public static MemorySegment delete(String key) {
        return of(RecordLayout.KIND_DELETE, key, "", new byte[0]);
    }

    /** A sealed record; its request fields and time may still be set, for they are not sealed. */
    public static MemorySegment of(int kind, String key, String producer, byte[] payload) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        byte[] who = producer.getBytes(StandardCharsets.UTF_8);
        int length = RecordLayout.HEADER_BYTES + name.length + who.length + payload.length;
        var m = Arena.ofAuto().allocate(RecordLayout.footprint(length), Align.RECORD_BYTES);
        RecordLayout.writeHeader(m, 0, kind, name.length, who.length, payload.length);
        long at = RecordLayout.HEADER_BYTES;
        MemorySegment.copy(MemorySegment.ofArray(name), 0, m, at, name.length);
        MemorySegment.copy(MemorySegment.ofArray(who), 0, m, at + name.length, who.length);
        at += name.length + who.length;
        MemorySegment.copy(MemorySegment.ofArray(payload), 0, m, at, payload.length);
        RecordLayout.seal(m, 0);
        return m;
    }

    /** A sealed batch of sealed records, all in one shard. */
    public static MemorySegment batch(List<MemorySegment> parts) {
        long at = BatchLayout.partsAt(0, 0);
        long length = at + parts.stream().mapToLong(MemorySegment::byteSize).sum();
        var m = Arena.ofAuto().allocate(length, Align.RECORD_BYTES);
        int payload = (int) length - RecordLayout.HEADER_BYTES;
        RecordLayout.writeHeader(m, 0, RecordLayout.KIND_BATCH, 0, 0, payload);
        BatchLayout.writeBlock(m, 0, parts.size(), BatchLayout.ROLE_PLAIN, 0, 0, 0, 0, new int[0]);
        for (var part : parts) {
            MemorySegment.copy(part, 0, m, at, part.byteSize());
            BatchLayout.writePart(m, at, at);
            at += part.byteSize();
        }
        RecordLayout.seal(m, 0);
        return m;
    }

    /** The payload as a text. */
    public static String text(MemorySegment m, long at) {
        byte[] bytes = new byte[RecordLayout.payloadLength(m, at)];
        MemorySegment.ofArray(bytes)
                .copyFrom(m.asSlice(RecordLayout.payloadAt(m, at), bytes.length));
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
