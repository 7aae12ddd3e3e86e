package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A put on its way through this node: its bytes, its caller, and the moment at which it gives up.
 */
final class PendingPut {

    /** Called once, on the group agent's thread: must not block. */
    interface Caller {
        void answered(PutAnswer answer);

        void failed(Failure failure);
    }

    /** A node's own commands may wait for this long: an hour. */
    private static final long COMMAND_NANOS_MAX = 3_600_000_000_000L;

    private static final Caller NOBODY =
            new Caller() {
                @Override
                public void answered(PutAnswer answer) {}

                @Override
                public void failed(Failure failure) {}
            };

    private final Put put;
    private final byte[] key;
    private final byte[] producer;
    private final Caller caller;
    final long deadlineNanos;
    private boolean givenUp;

    PendingPut(Put put, Caller caller, long deadlineNanos) {
        this.put = put;
        this.key = put.key().getBytes(StandardCharsets.UTF_8);
        this.producer =
                put.producer() == null
                        ? new byte[0]
                        : put.producer().id().getBytes(StandardCharsets.UTF_8);
        this.caller = caller;
        this.deadlineNanos = deadlineNanos;
    }

    /** A command of the node's own, for which nobody waits. */
    static PendingPut unanswered(Put put, long now) {
        return new PendingPut(put, NOBODY, now + COMMAND_NANOS_MAX);
    }

    AckLevel ack() {
        return put.ack();
    }

    /** The record's length. */
    int length() {
        return RecordLayout.HEADER_BYTES
                + key.length
                + producer.length
                + (int) put.payload().byteSize();
    }

    /** Writes the record: the payload's one copy on this node's way in. */
    void write(MemorySegment m, long at, long stamp) {
        int kind = put.delete() ? RecordLayout.KIND_DELETE : RecordLayout.KIND_PUT;
        int payload = (int) put.payload().byteSize();
        RecordLayout.writeHeader(m, at, kind, key.length, producer.length, payload);
        long body = at + RecordLayout.HEADER_BYTES;
        MemorySegment.copy(MemorySegment.ofArray(key), 0, m, body, key.length);
        MemorySegment.copy(
                MemorySegment.ofArray(producer), 0, m, body + key.length, producer.length);
        MemorySegment.copy(put.payload(), 0, m, body + key.length + producer.length, payload);
        var by = put.producer();
        RecordLayout.writeRequest(
                m,
                at,
                0,
                put.expected(),
                by == null ? 0 : by.incarnation(),
                by == null ? 0 : by.sequence());
        var trace = put.trace();
        if (trace.length() == 32) {
            RecordLayout.writeTrace(
                    m,
                    at,
                    Long.parseUnsignedLong(trace, 0, 16, 16),
                    Long.parseUnsignedLong(trace, 16, 32, 16));
        }
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.seal(m, at);
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
