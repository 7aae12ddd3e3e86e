package dev.squall.client;

import dev.squall.base.Failure;
import java.lang.foreign.MemorySegment;

/**
 * Takes what a watch sees, on the client's own thread: what it does must be short and must not
 * block. The versions of a shard come in their order, each once.
 */
public interface Watcher {

    /**
     * A key has a new version.
     *
     * @param bytes valid during this call only; none of a delete, or of an object in chunks
     * @param size the object's bytes
     */
    record Event(
            String key,
            int shard,
            long version,
            long timestamp,
            boolean deleted,
            long size,
            MemorySegment bytes) {}

    /** A key has a new version. */
    void changed(Event event);

    /**
     * Versions of a shard were dropped before they could be seen, as the pool's retention says.
     *
     * @param after the newest that was seen before
     * @param through up to where they are gone
     */
    default void trimmed(int shard, long after, long through) {}

    /** The watch is over: its pool is gone, or the client was closed. */
    default void ended(Failure why) {}
}
