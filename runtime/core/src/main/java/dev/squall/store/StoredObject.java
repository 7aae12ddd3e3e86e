package dev.squall.store;

import dev.squall.udl.ObjectView;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * One version of an object, seen in the log. Holding it keeps its bytes alive: they are never
 * changed and never freed before.
 *
 * @param key its key
 * @param memory the log memory that holds its record
 * @param at where the record begins
 */
public record StoredObject(String key, MemorySegment memory, long at) implements ObjectView {

    @Override
    public long version() {
        return RecordLayout.version(memory, at);
    }

    @Override
    public long timestamp() {
        return RecordLayout.timestamp(memory, at);
    }

    @Override
    public MemorySegment bytes() {
        return memory.asSlice(RecordLayout.payloadAt(memory, at), size()).asReadOnly();
    }

    /** The payload's bytes. */
    public int size() {
        return RecordLayout.payloadLength(memory, at);
    }

    @Override
    public boolean deleted() {
        return RecordLayout.kind(memory, at) == RecordLayout.KIND_DELETE;
    }

    @Override
    public String producer() {
        var id = RecordLayout.producer(memory, at);
        return id.isEmpty()
                ? ""
                : id
                        + "/"
                        + RecordLayout.incarnation(memory, at)
                        + "/"
                        + RecordLayout.sequence(memory, at);
    }

    @Override
    public String traceId() {
        long high = RecordLayout.traceHigh(memory, at);
        long low = RecordLayout.traceLow(memory, at);
        return high == 0 && low == 0 ? "" : "%016x%016x".formatted(high, low);
    }

    @Override
    public StoredObject retain() {
        return this;
    }
}
