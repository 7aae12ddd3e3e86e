package dev.squall.workbench;

import dev.squall.udl.ObjectView;
import java.lang.foreign.MemorySegment;

/**
 * An object that lies on the workbench instead of in a log.
 *
 * @param key its key
 * @param version its version; 0 for a trigger
 * @param timestamp microseconds since 1970
 * @param bytes the payload, seen read-only
 * @param deleted whether this version deletes the key
 */
public record DeskObject(
        String key, long version, long timestamp, MemorySegment bytes, boolean deleted)
        implements ObjectView {

    public DeskObject {
        bytes = bytes.asReadOnly();
    }

    /** An object over an array, which must not change any more. */
    public static DeskObject of(String key, long version, long timestamp, byte[] bytes) {
        return new DeskObject(key, version, timestamp, MemorySegment.ofArray(bytes), false);
    }

    /** The version that says that a key was deleted. */
    public static DeskObject deletion(String key, long version, long timestamp) {
        return new DeskObject(key, version, timestamp, MemorySegment.NULL, true);
    }

    @Override
    public String producer() {
        return "";
    }

    @Override
    public String traceId() {
        return "";
    }

    @Override
    public ObjectView retain() {
        return this;
    }
}
