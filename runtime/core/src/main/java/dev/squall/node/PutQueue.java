package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Hlc;
import dev.squall.order.LongRecord;
import dev.squall.order.LongSend;
import dev.squall.order.Multicast;
import dev.squall.store.Outcome;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts of one shard at this node: those that wait for room in its ring, in the order in which they
 * came; those that were sent and wait to be delivered; and those that were delivered and wait for
 * more ({@link Acknowledgements}).
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

    /** Looks at puts before they are sent. */
    interface Gate {

        /** What becomes of a put. */
        enum Verdict {
            /** It may be sent, behind what was put {@link PutQueue#ahead} meanwhile. */
            GO,
            /** It waits, and those behind it. */
            WAIT,
            /** It belongs elsewhere. */
            AWAY
        }

        /** Asked about the next put, in every turn. */
        Verdict look(PendingPut put);
    }

    private final int shard;
    private final MpscAtomicArrayQueue<PendingPut> waiting = new MpscAtomicArrayQueue<>(PUTS_MAX);
    private final AtomicLong bytes = new AtomicLong();
    private final ArrayDeque<PendingPut> sent = new ArrayDeque<>();
    private final ArrayDeque<PendingPut> again = new ArrayDeque<>();
    private final ArrayDeque<PendingPut> ahead = new ArrayDeque<>();
    private final Acknowledgements acknowledgements;
    private final Admission admission;
    private @Nullable LongSend record;
    private @Nullable PendingPut sending;
    private Gate gate = _ -> Gate.Verdict.GO;
    private Consumer<PendingPut> elsewhere = _ -> {};

    PutQueue(int shard, Admission admission) {
        this.shard = shard;
        this.admission = admission;
        this.acknowledgements = new Acknowledgements(shard);
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

    /** Whether nobody waits for anything. */
    boolean isEmpty() {
        return waiting.isEmpty() && again.isEmpty() && sent.isEmpty() && acknowledgements.isEmpty();
    }

    /**
     * A view begins.
     *
     * @param look what stands before the puts
     * @param away takes those that belong elsewhere
     */
    void gate(Gate look, Consumer<PendingPut> away) {
        gate = look;
        elsewhere = away;
    }

    /** Takes what is to be sent before the puts that wait, in this view; by the group agent. */
    void ahead(PendingPut put) {
        ahead.add(put);
    }

    /** Whether this member takes puts of the shard, and why not. */
    Admission admission() {
        return admission;
    }

    /** Sends what the ring takes, if the shard takes puts here. Returns how many puts that were. */
    int send(ShardEpoch epoch, Hlc hlc, long now) {
        if (admission.open(epoch, now)) {
            return send(epoch.multicast, hlc);
        }
        if (!admission.refusal().isEmpty()) {
            refuse(admission.refusal());
        }
        return 0;
    }

    private int send(Multicast multicast, Hlc hlc) {
        int count = 0;
        var put = passed();
        while (put != null) {
            boolean isLong =
                    put.length() > multicast.messageBytesMax()
                            || multicast.pipelines().takes(put.length());
            boolean through =
                    isLong ? sendLong(multicast, hlc, put) : sendShort(multicast, hlc, put);
            if (!through) {
                return count;
            }
            count++;
            if (put == ahead.peek()) {
                ahead.remove();
            } else {
                take();
            }
            sent.add(put);
            put = passed();
        }
        return count;
    }

    /** The next one that may be sent now. */
    private @Nullable PendingPut passed() {
        if (record != null) {
            return sending;
        }
        while (ahead.isEmpty()) {
            var put = next();
            if (put == null) {
                return null;
            }
            var verdict = gate.look(put);
            if (verdict == Gate.Verdict.WAIT) {
                return null;
            }
            if (verdict == Gate.Verdict.GO && ahead.isEmpty()) {
                return put;
            }
            if (verdict == Gate.Verdict.AWAY) {
                take();
                elsewhere.accept(put);
            }
        }
        return ahead.peek();
    }

    private @Nullable PendingPut next() {
        return again.isEmpty() ? waiting.peek() : again.peek();
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
            whole = begin(multicast, put.length());
            if (whole == null) {
                return false;
            }
            put.write(whole.memory(), whole.at(), 0);
            record = whole;
            sending = put;
        }
        boolean through = whole.send(multicast, hlc.stamp());
        if (through) {
            whole.close();
            record = null;
        }
        return through;
    }

    /** Room for a long record: where the others get it from, or null when there is none yet. */
    private static @Nullable LongSend begin(Multicast multicast, int length) {
        var pipelines = multicast.pipelines();
        return pipelines.takes(length) ? pipelines.begin(length) : new LongRecord(length);
    }

    private @Nullable PendingPut take() {
        if (!again.isEmpty()) {
            return again.remove();
        }
        var put = waiting.poll();
        if (put != null) {
            bytes.addAndGet(-put.length());
        }
        return put;
    }

    /** The oldest put that was sent has been delivered. */
    void delivered(Outcome outcome, long sequence) {
        acknowledgements.delivered(sent.remove(), outcome, sequence);
    }

    /** Answers what has come far enough; by a replica that has everything. */
    void answer(ShardEpoch epoch) {
        acknowledgements.step(epoch, admission.lacks().isEmpty());
    }

    /**
     * The view has ended: what was sent in it and not delivered, nobody has delivered. It is sent
     * once more, before everything else and in the same order, but for what was given up.
     */
    void again() {
        if (record != null) {
            record.close();
            record = null;
        }
        while (!sent.isEmpty()) {
            var put = sent.removeLast();
            if (put.imported()) {
                ahead.addFirst(put);
            } else if (!put.givenUp()) {
                again.addFirst(put);
            }
        }
        failAhead("the view has ended");
        acknowledgements.viewEnded();
        admission.viewEnded();
    }

    /** What is taken over ends with the view: whoever does it in the next one looks anew. */
    private void failAhead(String reason) {
        while (!ahead.isEmpty()) {
            ahead.remove().fail(Failure.Kind.UNAVAILABLE, reason);
        }
    }

    /**
     * Fails puts that have waited too long. One that was sent may still be delivered; should the
     * view end before, it is not sent again.
     */
    void expire(long now, Supplier<String> reason) {
        var oldest = sent.peek();
        if (oldest != null && now - oldest.deadlineNanos > 0) {
            for (var put : sent) {
                if (now - put.deadlineNanos > 0) {
                    put.giveUp(Failure.Kind.OUTCOME_UNKNOWN, reason);
                }
            }
        }
        var put = next();
        while (put != null && record == null && now - put.deadlineNanos > 0) {
            take();
            put.fail(Failure.Kind.UNAVAILABLE, reason.get());
            put = next();
        }
        acknowledgements.expire(now, reason);
    }

    /** Fails what waits and has not been sent, in part or whole: nothing of it has happened. */
    void refuse(String why) {
        if (again.isEmpty() && waiting.isEmpty()) {
            return;
        }
        var reason = "shard " + shard + ": " + why;
        for (var put : again) {
            put.giveUp(Failure.Kind.UNAVAILABLE, () -> reason);
        }
        again.clear();
        var put = record == null ? take() : null;
        while (put != null) {
            put.fail(Failure.Kind.UNAVAILABLE, reason);
            put = take();
        }
    }

    /** Nobody here knows what became of what was sent: it may have happened. What waits stays. */
    void lostTrack(String reason) {
        if (record != null) {
            var put = sending == ahead.peek() ? ahead.poll() : take();
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
        acknowledgements.failAll(reason);
    }

    /** Fails everything: what was sent may still have happened. */
    void failAll(String reason) {
        lostTrack(reason);
        failAhead(reason);
        var put = take();
        while (put != null) {
            put.fail(Failure.Kind.UNAVAILABLE, reason);
            put = take();
        }
    }
}
