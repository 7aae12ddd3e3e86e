package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.table.ShardColumn;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts of this node that are ordered and wait for more: to be on every replica's disk, or applied
 * by every replica. They wait on over a change of the view. Each queue is in delivery order, so
 * only its head is looked at. Belongs to the group agent.
 */
final class Acknowledgements {

    /** After its deadline, a put that was ordered waits so long for the rest at most: 10 s. */
    static final long WAIT_NANOS_MAX = 10_000_000_000L;

    private record Waiting(PendingPut put, PutAnswer answer, long version, long count) {}

    private final int shard;
    private final ArrayDeque<Waiting> durable = new ArrayDeque<>();
    private final ArrayDeque<Waiting> applied = new ArrayDeque<>();

    Acknowledgements(int shard) {
        this.shard = shard;
    }

    /** A put of this node has been delivered: answer it now, or keep it until it may be. */
    void delivered(PendingPut put, Outcome outcome, long sequence) {
        var answer = new PutAnswer(outcome, shard, put.ack());
        long version =
                switch (outcome) {
                    case Outcome.Stored(long v, _) -> v;
                    case Outcome.Repeated(long v, _) -> v;
                    case Outcome.Mismatch _, Outcome.Absent _, Outcome.Stale _ -> 0;
                    case Outcome.Aborted(long v) -> v; // whoever hears of it relies on it
                    case Outcome.Unmet _, Outcome.Held _, Outcome.Crowded _, Outcome.Full _ -> 0;
                };
        switch (put.ack()) {
            case ACCEPTED -> {}
            case ORDERED -> put.answer(answer);
            case DURABLE -> durable.add(new Waiting(put, answer, version, 0));
            case APPLIED -> applied.add(new Waiting(put, answer, version, sequence + 1));
        }
    }

    /** The view has ended: whatever was delivered in it, was so at all who are left. */
    void viewEnded() {
        int count = applied.size();
        for (int i = 0; i < count; i++) {
            var w = applied.remove();
            applied.add(new Waiting(w.put(), w.answer(), w.version(), 0));
        }
    }

    /**
     * Answers those that have come far enough at all members that count.
     *
     * @param enough whether these are as many as the pool demands before something is durable
     */
    void step(ShardEpoch epoch, boolean enough) {
        if (!durable.isEmpty() || !applied.isEmpty()) {
            long version = epoch.minOfFilled(ShardColumn.PERSISTED);
            long count = epoch.minOfFilled(ShardColumn.DELIVERED);
            if (enough) {
                answer(durable, version, count);
            }
            answer(applied, version, count);
        }
    }

    private static void answer(ArrayDeque<Waiting> queue, long version, long count) {
        var head = queue.peek();
        while (head != null && head.version() <= version && head.count() <= count) {
            queue.remove();
            head.put().answer(head.answer());
            head = queue.peek();
        }
    }

    /** Gives up on what has waited for too long: it is ordered, and may or may not get further. */
    void expire(long now, Supplier<String> reason) {
        expire(durable, now, reason);
        expire(applied, now, reason);
    }

    private static void expire(ArrayDeque<Waiting> queue, long now, Supplier<String> reason) {
        var head = queue.peek();
        while (head != null && now - head.put().deadlineNanos > WAIT_NANOS_MAX) {
            queue.remove();
            head.put().giveUp(Failure.Kind.OUTCOME_UNKNOWN, reason);
            head = queue.peek();
        }
    }

    boolean isEmpty() {
        return durable.isEmpty() && applied.isEmpty();
    }

    /** They are ordered, and may or may not get further. */
    void failAll(String reason) {
        for (var queue : List.of(durable, applied)) {
            for (var w : queue) {
                w.put().fail(Failure.Kind.OUTCOME_UNKNOWN, reason);
            }
            queue.clear();
        }
    }
}
