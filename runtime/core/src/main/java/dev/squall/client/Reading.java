package dev.squall.client;

import dev.squall.store.ReadResult;

/** What a read found. */
public sealed interface Reading {

    /**
     * An object.
     *
     * @param timestamp the version's time, microseconds since 1970
     * @param bytes the caller's own
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares readings
    record Found(long version, long timestamp, byte[] bytes) implements Reading {}

    /** Nothing, and why. */
    record Missing(ReadResult.Why why) implements Reading {}
}
