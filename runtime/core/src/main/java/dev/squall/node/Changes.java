package dev.squall.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Wakes readers that follow the logs. The group agent counts its deliveries here; it takes the lock
 * only when somebody waits.
 */
public final class Changes {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final AtomicInteger waiters = new AtomicInteger();
    private volatile @Nullable Runnable bell;
    private volatile long count;

    /** Deliveries so far. Read it before the logs, then wait for more than it. */
    public long count() {
        return count;
    }

    /** From now on this is run after deliveries, by the group agent: short; null = nothing. */
    void onDelivery(@Nullable Runnable bell) {
        this.bell = bell;
    }

    /** By the group agent: there were deliveries. */
    void delivered(long total) {
        count = total;
        var ring = bell;
        if (ring != null) {
            ring.run();
        }
        if (waiters.get() > 0) {
            lock.lock();
            try {
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits until there were deliveries beyond a count.
     *
     * @return false when the time has passed without
     */
    public boolean await(long seen, long millis) throws InterruptedException {
        if (count != seen) {
            return true;
        }
        waiters.incrementAndGet();
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (count == seen && left > 0) {
                left = more.awaitNanos(left);
            }
            return count != seen;
        } finally {
            lock.unlock();
            waiters.decrementAndGet();
        }
    }
}
