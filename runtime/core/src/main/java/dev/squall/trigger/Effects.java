package dev.squall.trigger;

import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import java.lang.foreign.MemorySegment;

/**
 * What user logic may do to the memory. Implemented by the node above; called on lane threads,
 * which may block.
 */
public interface Effects {

    /**
     * Stores an object, and returns when its replicas hold it.
     *
     * @param label one of its pool's; empty = none
     * @throws IllegalStateException when it could not be stored in time; says why
     */
    void put(String key, MemorySegment bytes, String label, String trace, long deadlineMillis);

    /**
     * Gives a version a label, and returns when its replicas know.
     *
     * @param label one of its pool's; empty takes the label away
     * @throws IllegalStateException when there is no such version, or it could not be done in time
     */
    void label(String key, long version, String label, long deadlineMillis);

    /** Hands bytes to the UDLs bound to the key, wherever they run. */
    void trigger(String key, MemorySegment bytes, String trace, long deadlineMillis);

    /**
     * Copies a range of a bulk object held on this node.
     *
     * @return how many bytes were copied
     * @throws IllegalStateException when some of it has been dropped
     */
    long read(StoredObject manifest, long from, MemorySegment into);

    /** The newest version of a key held on this node. */
    ReadResult get(String key);

    /** The newest version not after this one. */
    ReadResult getVersion(String key, long version);

    /** The newest version not after this time. */
    ReadResult getAt(String key, long timestamp);
}
