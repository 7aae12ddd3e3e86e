package dev.squall.node;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** The keys that it changes, or whose chunks it carries. */
    List<String> keys();

    /** The id of who puts it; empty = nobody who is remembered. */
    String by();

    /** Whether it belongs to a ticket, which names the shards that it is for. */
    default boolean bound() {
        return false;
    }

    /** Of a bulk object's manifest the payload, which names chunks that came before; else null. */
    default @Nullable MemorySegment manifest() {
        return null;
    }
}
