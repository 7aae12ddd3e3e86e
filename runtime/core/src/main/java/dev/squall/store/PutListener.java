package dev.squall.store;

/** Told of every new version, on the shard's own thread, in version order. Must not block. */
public interface PutListener {

    /**
     * A new version stands in the log.
     *
     * @param store the shard
     * @param location where in its log
     * @param object the version
     */
    void onPut(ShardStore store, long location, StoredObject object);

    /** A part of a bulk object stands in the log: nothing for those who follow the keys. */
    default void onChunk(ShardStore store, long location, StoredObject chunk) {}
}
