package dev.squall.base;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one waiting thread. A ring between the waiter's last look for work and its sleep is not
 * lost, and ringing costs one read while nobody sleeps.
 */
public final class Doorbell {

    private final AtomicBoolean asleep = new AtomicBoolean();
    private volatile @Nullable Thread waiter;

    /**
     * Sleeps until {@link #ring}, or the time has passed, or there is work already. May return
     * early.
     *
     * @param nanosMax how long at most
     * @param work asked once rings are heard
     */
    public void await(long nanosMax, BooleanSupplier work) {
        waiter = Thread.currentThread();
        asleep.set(true);
        if (!work.getAsBoolean()) {
            LockSupport.parkNanos(this, nanosMax);
        }
        asleep.set(false);
    }

    /** Wakes the waiter if it sleeps; from any thread. */
    public void ring() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(waiter);
        }
    }
}
