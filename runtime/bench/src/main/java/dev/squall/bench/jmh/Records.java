package dev.squall.bench.jmh;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Sealed records of puts, as a sender makes them. */
final class Records {

    private Records() {}

    /** How long the record of a put is. */
    static int length(byte[] key, MemorySegment payload) {
        return RecordLayout.HEADER_BYTES + key.length + (int) payload.byteSize();
    }

    /** Writes a record. */
    static void write(MemorySegment m, long at, byte[] key, MemorySegment payload, long stamp) {
        int size = (int) payload.byteSize();
        RecordLayout.writeHeader(m, at, RecordLayout.KIND_PUT, key.length, 0, size);
        long body = at + RecordLayout.HEADER_BYTES;
        MemorySegment.copy(MemorySegment.ofArray(key), 0, m, body, key.length);
        MemorySegment.copy(payload, 0, m, body + key.length, size);
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.seal(m, at);
    }

    /** A record in memory of its own. */
    static MemorySegment put(String key, MemorySegment payload) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        var m = Arena.ofAuto().allocate(length(name, payload), 32);
        write(m, 0, name, payload, 1);
        return m;
    }
}
