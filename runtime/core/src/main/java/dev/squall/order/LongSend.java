package dev.squall.order;

import java.lang.foreign.MemorySegment;

/** A record on its way that takes more than one turn to send. Belongs to one thread. */
public interface LongSend extends AutoCloseable {

    /** Where the record is to be written, before anything is sent. */
    MemorySegment memory();

    /** Where it begins there. */
    long at();

    /**
     * Sends what can be sent now.
     *
     * @param stamp the time of the message that completes it
     * @return whether the record has its place in the order now
     */
    boolean send(Multicast multicast, long stamp);

    /** It is through, or the view has ended. */
    @Override
    void close();
}
