package dev.squall.store;

import dev.squall.udl.ObjectView;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One version of an object, seen in the log. Holding it keeps its bytes alive: they are never
 * changed and never freed before. Any thread.
 */
public final class StoredObject implements ObjectView {

    private final MemorySegment memory;
    private final long at;

    /** Decoded when somebody asks first; if two ask at once, both decode the same. */
    private @Nullable String key;

    /**
     * @param memory the log memory that holds its record
     * @param at where the record begins
     */
    public StoredObject(MemorySegment memory, long at) {
        this.memory = memory;
        this.at = at;
    }

    @Override
    public String key() {
        var known = key;
        if (known == null) {
            known = RecordLayout.key(memory, at);
            key = known;
        }
        return known;
    }

    /** The log memory that holds its record. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where in {@link #memory} its record begins. */
    public long at() {
        return at;
    }

    @Override
    public long version() {
        return RecordLayout.objectVersion(memory, at);
    }

    @Override
    public long timestamp() {
        return RecordLayout.objectTimestamp(memory, at);
    }

    @Override
    public MemorySegment bytes() {
        return memory.asSlice(RecordLayout.payloadAt(memory, at), size()).asReadOnly();
    }

    /** Whether it was put in chunks: its bytes are a manifest of them, see {@link BulkObject}. */
    @Override
    public boolean bulk() {
        return RecordLayout.kind(memory, at) == RecordLayout.KIND_MANIFEST;
    }

    @Override
    public long length() {
        return bulk() ? BulkLayout.size(memory, RecordLayout.payloadAt(memory, at)) : size();
    }

    /** Whether it was taken over from the shard in which its key was before. */
    public boolean imported() {
        return RecordLayout.imported(memory, at);
    }

    /** The payload's bytes; of a bulk object those of its manifest. */
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
        boolean none = high == 0 && low == 0;
        boolean kept = LabelLayout.isKept(memory, at);
        return none || imported() || kept ? "" : "%016x%016x".formatted(high, low);
    }

    @Override
    public StoredObject retain() {
        return this;
    }
}
