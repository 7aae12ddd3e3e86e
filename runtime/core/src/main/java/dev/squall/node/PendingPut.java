package dev.squall.node;

import dev.squall.base.Failure;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * A put, or anything else that is sent into a shard's order, on its way through this node: its
 * message, its caller, and the moment at which it gives up.
 */
final class PendingPut {

    /** A node's own commands may wait for this long: an hour. */
    private static final long COMMAND_NANOS_MAX = 3_600_000_000_000L;

    private static final PutCaller NOBODY =
            new PutCaller() {
                @Override
                public void answered(PutAnswer answer) {}

                @Override
                public void failed(Failure failure) {}
            };

    private final Message message;
    private final AckLevel ack;
    private final PutCaller caller;
    final long deadlineNanos;
    private long map;
    private boolean givenUp;

    /**
     * @param map the map of its pool by which its shard was found, see {@link PoolMaps}
     */
    PendingPut(Message message, AckLevel ack, PutCaller caller, long map, long deadlineNanos) {
        this.message = message;
        this.map = map;
        this.ack = ack;
        this.caller = caller;
        this.deadlineNanos = deadlineNanos;
    }

    /** What is taken over from another shard, or carried forward; it ends with the view. */
    static PendingPut imported(Message record, PutCaller caller, long deadlineNanos) {
        return new PendingPut(record, AckLevel.ORDERED, caller, 0, deadlineNanos);
    }

    /** A command of the node's own, for which nobody waits. */
    static PendingPut unanswered(Put put, long now) {
        return new PendingPut(PutMessage.of(put), put.ack(), NOBODY, 0, now + COMMAND_NANOS_MAX);
    }

    AckLevel ack() {
        return ack;
    }

    /** What is sent. */
    Message message() {
        return message;
    }

    /** Whether it is nobody's put, and ends with the view. */
    boolean imported() {
        return message instanceof ImportRecord || message instanceof KeptRecord;
    }

    /** The map by which its shard was found. */
    long map() {
        return map;
    }

    /** Its shard was found anew. */
    void map(long found) {
        map = found;
    }

    /** The record's length. */
    int length() {
        return message.length();
    }

    /** Writes the record. */
    void write(MemorySegment m, long at, long stamp) {
        message.write(m, at, stamp);
    }

    void answer(PutAnswer answer) {
        caller.answered(answer);
    }

    /** Tells the caller that it is over, once; the put itself may still be under way. */
    void giveUp(Failure.Kind kind, Supplier<String> why) {
        if (!givenUp) {
            givenUp = true;
            fail(kind, why.get());
        }
    }

    boolean givenUp() {
        return givenUp;
    }

    void fail(Failure.Kind kind, String why) {
        caller.failed(new Failure(kind, why));
    }
}
