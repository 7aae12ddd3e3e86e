package dev.squall.store;

/** What became of an ordered message: the same at every replica. */
public sealed interface Outcome {

    /** It is a new version. */
    record Stored(long version, long timestamp) implements Outcome {}

    /** Its producer had sent it before: this is what became of it then. */
    record Repeated(long version, long timestamp) implements Outcome {}

    /** The key's newest version (0 = none) is not the one that the caller required. */
    record Mismatch(long newest) implements Outcome {}

    /** There was nothing to delete. */
    record Absent() implements Outcome {}

    /** Its producer has gone on to a later incarnation or far beyond this sequence number. */
    record Stale(long incarnation, long sequence) implements Outcome {}
}
