package dev.squall.edge;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Time as the agent sees it. All waiting and every time stamp go through here, so that a test can
 * run an hour of pacing and retries at once.
 */
interface TimeSource {

    /** Nanoseconds since this source was made: never negative, never backwards. */
    long nanos();

    /** Microseconds since the epoch, by the wall clock. */
    long epochMicros();

    /**
     * Waits until {@link #nanos} reaches a deadline or a signal is given, whichever is first.
     *
     * @return whether the signal was given
     */
    boolean waitUntil(long deadlineNanos, CountDownLatch signal) throws InterruptedException;

    /** The clocks of this machine. Any thread may use it. */
    static TimeSource system() {
        return new TimeSource() {
            private final long origin = System.nanoTime();

            @Override
            public long nanos() {
                return System.nanoTime() - origin;
            }

            @Override
            public long epochMicros() {
                var now = Instant.now();
                return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
            }

            @Override
            public boolean waitUntil(long deadlineNanos, CountDownLatch signal)
                    throws InterruptedException {
                return signal.await(deadlineNanos - nanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
