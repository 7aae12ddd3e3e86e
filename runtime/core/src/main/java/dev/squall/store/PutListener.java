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

    /**
     * Something that another shard had before stands in the log: nothing new for anybody who
     * follows the keys.
     */
    default void onImport(ShardStore store, long location, StoredObject object) {}

    /** What stands in the log is no version yet: a share of a batch, or what is said of one. */
    default void onWord(ShardStore store, long location, StoredObject word) {}
}
