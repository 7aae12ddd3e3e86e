package dev.squall.edge;

import java.util.concurrent.CountDownLatch;

/** A clock that stands still except while somebody waits for it, which takes no time at all. */
class FakeTime implements TimeSource {
    static final long EPOCH_MICROS = 1_700_000_000_000_000L;

    private long nanos;
    private int waits;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochMicros() {
        return EPOCH_MICROS + nanos / 1_000;
    }

    @Override
    public synchronized boolean waitUntil(long deadlineNanos, CountDownLatch signal) {
        waits++;
        if (signal.getCount() == 0) {
            return true;
        }
        nanos = Math.max(nanos, deadlineNanos);
        return false;
    }

    synchronized void pass(long millis) {
        nanos += millis * 1_000_000;
    }

    synchronized int waits() {
        return waits;
    }
}
