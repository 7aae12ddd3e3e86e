package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Hlc;
import dev.squall.order.LongRecord;
import dev.squall.order.Multicast;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts of one shard that wait at this node for room in its ring, in the order in which they came,
 * and those that were sent and wait to be delivered.
 *
 * <p>Bounded in number and bytes: what does not fit is refused at once, so that the caller can slow
 * down. A put that could not be sent within its deadline is failed with the reason; nothing of it
 * has happened then.
 *
 * <p>{@link #offer} from any thread; the rest belongs to the group agent.
 */
final class PutQueue {

    /** Puts that may wait in a shard. */
    static final int PUTS_MAX = 8192;

    /** Bytes that may wait in a shard: 256 MiB. */
    static final long BYTES_MAX = 256L << 20;

    private final int shard;
    private final MpscAtomicArrayQueue<PendingPut> waiting = new MpscAtomicArrayQueue<>(PUTS_MAX);
    private final AtomicLong bytes = new AtomicLong();
    private final ArrayDeque<PendingPut> sent = new ArrayDeque<>();
    private @Nullable LongRecord record;

    PutQueue(int shard) {
        this.shard = shard;
    }

    /** Takes a put, or throws {@link Failure.Kind#OVERLOADED}. */
    void offer(PendingPut put) {
        long now = bytes.addAndGet(put.length());
        if (now > BYTES_MAX + put.length() || !waiting.offer(put)) {
            bytes.addAndGet(-put.length());
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "shard %d: %d bytes wait already; the limits are %d puts and %d bytes"
                            .formatted(shard, now - put.length(), PUTS_MAX, BYTES_MAX));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Sends what the ring takes. Returns how many puts that were. */
    int send(Multicast multicast, Hlc hlc) {
        int count = 0;
        var put = waiting.peek();
        while (put != null) {
            boolean isLong = put.length() > multicast.messageBytesMax();
            boolean through =
                    isLong ? sendLong(multicast, hlc, put) : sendShort(multicast, hlc, put);
            if (!through) {
                return count;
            }
            count++;
            take();
            sent.add(put);
            put = waiting.peek();
        }
        return count;
    }

    private static boolean sendShort(Multicast multicast, Hlc hlc, PendingPut put) {
        long at = multicast.reserve(put.length());
        if (at < 0) {
            return false;
        }
        put.write(multicast.memory(), at, hlc.stamp());
        multicast.commit(put.length());
        return true;
    }

    /** Sends a part of a long record; it is kept between turns until all of it has been sent. */
    private boolean sendLong(Multicast multicast, Hlc hlc, PendingPut put) {
        var whole = record;
        if (whole == null) {
            whole = new LongRecord(put.length());
            put.write(whole.memory(), 0, 0);
            record = whole;
        }
        boolean through = whole.send(multicast, hlc.stamp());
        if (through) {
            whole.close();
            record = null;
        }
        return through;
    }

    private @Nullable PendingPut take() {
        var put = waiting.poll();
        if (put != null) {
            bytes.addAndGet(-put.length());
        }
        return put;
    }

    /** The oldest put that was sent has been delivered. */
    PendingPut delivered() {
        return sent.remove();
    }

    /** Fails puts that have waited too long; one that was sent in part stays. */
    void expire(long now, Supplier<String> reason) {
        var put = waiting.peek();
        while (put != null && record == null && now - put.deadlineNanos > 0) {
            take();
            put.fail(Failure.Kind.UNAVAILABLE, reason.get());
            put = waiting.peek();
        }
    }

    /** Fails everything: what was sent may still have happened. */
    void failAll(String reason) {
        if (record != null) {
            var put = take();
            if (put != null) {
                put.fail(Failure.Kind.OUTCOME_UNKNOWN, reason);
            }
            record.close();
            record = null;
        }
        for (var put : sent) {
            put.fail(Failure.Kind.OUTCOME_UNKNOWN, reason);
        }
        sent.clear();
        var put = take();
        while (put != null) {
            put.fail(Failure.Kind.UNAVAILABLE, reason);
            put = take();
        }
    }
}
