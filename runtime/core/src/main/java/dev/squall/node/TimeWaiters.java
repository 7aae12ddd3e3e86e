package dev.squall.node;

import dev.squall.base.Failure;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Readers of one shard that wait until its past is complete up to a time. Group agent's. */
final class TimeWaiters {

    /** Readers that may wait on a shard. */
    static final int WAITERS_MAX = 10_000;

    private record Waiter(long micros, long deadlineNanos, CompletableFuture<Void> future) {}

    private final PriorityQueue<Waiter> waiters =
            new PriorityQueue<>(Comparator.comparingLong(Waiter::micros));
    private final Executor executor;
    private @Nullable Failure closed;

    TimeWaiters(Executor executor) {
        this.executor = executor;
    }

    void add(long micros, long deadlineNanos, CompletableFuture<Void> future) {
        if (closed != null) {
            fail(future, closed);
            return;
        }
        if (waiters.size() == WAITERS_MAX) {
            future.completeExceptionally(
                    new Failure(
                            Failure.Kind.OVERLOADED,
                            WAITERS_MAX + " readers wait on this shard, the most there may be"));
            return;
        }
        waiters.add(new Waiter(micros, deadlineNanos, future));
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Lets those go whose time is complete, and those whose patience is over. */
    void step(long frontier, long now) {
        while (!waiters.isEmpty() && waiters.element().micros() <= frontier) {
            waiters.remove().future().completeAsync(() -> null, executor);
        }
        waiters.removeIf(w -> expired(w, frontier, now));
    }

    private boolean expired(Waiter w, long frontier, long now) {
        if (now - w.deadlineNanos() < 0) {
            return false;
        }
        var failure =
                new Failure(
                        Failure.Kind.TOO_EARLY,
                        "the shard's past is complete up to %d us, not yet up to %d us"
                                .formatted(frontier, w.micros()));
        fail(w.future(), failure);
        return true;
    }

    /** Nobody steps any more: those who wait and those who come are told why. */
    void close(Failure why) {
        closed = why;
        waiters.forEach(w -> fail(w.future(), why));
        waiters.clear();
    }

    private void fail(CompletableFuture<Void> future, Failure why) {
        executor.execute(() -> future.completeExceptionally(why));
    }
}
