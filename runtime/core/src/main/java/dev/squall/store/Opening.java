package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.memory.Align;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What must be known to begin a log with a version that others were before: which was the one
 * before it, and what the shard knew of its producers then. On the wire it is a record of kind
 * {@link RecordLayout#KIND_SESSIONS} that goes before the version and has the same number.
 *
 * @param version the version with which the log begins
 * @param before the version before it
 * @param sessions the table of the producers there, as {@link ProducerTable} writes it
 */
public record Opening(long version, long before, MemorySegment sessions) {

    /** The record that tells of the beginning of a log, whose first record stands there. */
    public static MemorySegment record(Log log, long first) {
        var memory = log.memory(first);
        if (memory == null) {
            throw new IllegalStateException("the log dropped its first record: " + first);
        }
        var sessions = log.prologue();
        int length = (int) sessions.byteSize();
        long room = RecordLayout.footprint((long) RecordLayout.HEADER_BYTES + length);
        var m = Arena.ofAuto().allocate(room, Align.RECORD_BYTES);
        RecordLayout.writeHeader(m, 0, RecordLayout.KIND_SESSIONS, 0, 0, length);
        RecordLayout.writeRequest(m, 0, 0, log.before(), 0, 0);
        MemorySegment.copy(sessions, 0, m, RecordLayout.payloadAt(m, 0), length);
        RecordLayout.seal(m, 0);
        long at = Log.offset(first);
        RecordLayout.commit(
                m, 0, RecordLayout.version(memory, at), RecordLayout.timestamp(memory, at));
        return m;
    }

    /** Reads such a record; keeps a copy. */
    static Opening of(MemorySegment m, long at) {
        int length = RecordLayout.payloadLength(m, at);
        var sessions = MemorySegment.ofArray(new byte[length]);
        MemorySegment.copy(m, RecordLayout.payloadAt(m, at), sessions, 0, length);
        return new Opening(RecordLayout.version(m, at), RecordLayout.expected(m, at), sessions);
    }
}
