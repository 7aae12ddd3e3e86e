package dev.squall.client;

/** What became of a change. What could not be decided is a {@link dev.squall.base.Failure}. */
public sealed interface PutResult {

    /**
     * It is a version of the key.
     *
     * @param timestamp its time, microseconds since 1970
     * @param repeated whether an earlier try of the client's had done it already
     */
    record Stored(long version, long timestamp, boolean repeated) implements PutResult {}

    /**
     * Nothing was done, for the key is not at the version that was required.
     *
     * @param newest where it is; 0 = there is no object
     */
    record Mismatch(long newest) implements PutResult {}

    /** Nothing was done, for there was nothing to delete. */
    record Absent() implements PutResult {}
}
