package dev.squall.order;

import java.lang.foreign.MemorySegment;

/**
 * Takes the messages of a shard, one by one in their total order. Implemented by the next stage.
 */
public interface DeliverySink {

    /**
     * A message that every member of the shard has received.
     *
     * @param sequence its place in the total order of this view
     * @param sender the rank of its sender
     * @param ring memory that holds it; the bytes stay until this call returns
     * @param at where its record begins
     */
    void deliver(long sequence, int sender, MemorySegment ring, long at);
}
