package dev.squall.store;

/** What became of an ordered message: the same at every replica. */
public sealed interface Outcome {

    /** It is a new version. */
    record Stored(long version, long timestamp) implements Outcome {}

    /** Its producer had sent it before: this is what became of it then. */
    record Repeated(long version, long timestamp) implements Outcome {}

    /** The key's newest version (0 = none) is not the one that the caller required. */
    record Mismatch(long newest) implements Outcome {}

    /** There was nothing to delete; or the chunks of a bulk object had been given up. */
    record Absent() implements Outcome {}

    /** A key of the batch is not at the version that its caller required; 0 = no object. */
    record Unmet(String key, long newest) implements Outcome {}

    /** The key belongs to a batch over several shards that is not decided yet. */
    record Held(String key) implements Outcome {}

    /**
     * The batch over several shards was given up before it was committed, and never will be.
     *
     * @param version of the record that says so; 0 = it had come too late for that
     */
    record Aborted(long version) implements Outcome {}

    /** As many batches over several shards are open in the shard as there may be. */
    record Crowded(int open) implements Outcome {}

    /**
     * There is no room for it in the shard; nothing of it happened.
     *
     * @param used bytes in use, as the pool's {@link Budget} counts them; or those labelled
     * @param needs how many it would have taken
     * @param budget how many there may be
     * @param labels whether that is the bound of what may be labelled, see {@link Keep}
     */
    record Full(long used, long needs, long budget, boolean labels) implements Outcome {}

    /**
     * Its producer has gone on to a later incarnation or far beyond this sequence number, or its
     * session has ended: it is not applied, and whether it was before is not known any more.
     *
     * @param incarnation the producer's latest incarnation
     * @param sequence the newest sequence number of that
     */
    record Stale(long incarnation, long sequence) implements Outcome {}
}
