package dev.squall.node;

import java.lang.foreign.MemorySegment;

/** What is sent into a shard's order: it knows its length, and writes itself as a record. */
interface Message {

    /** The record's length. */
    int length();

    /**
     * Writes and seals the record.
     *
     * @param stamp the sender's time
     */
    void write(MemorySegment m, long at, long stamp);
}
