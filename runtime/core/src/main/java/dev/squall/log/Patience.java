package dev.squall.log;

/**
 * How often something is tried that a disk refuses. One failure alone is tried again soon, and
 * nobody is told; then each pause is twice as long as the one before.
 *
 * <p>Single-threaded. Time comes from the caller, in nanoseconds.
 */
public final class Patience {

    /** The first pause: 100 ms. */
    public static final long RETRY_NANOS_MIN = 100_000_000;

    /** The longest pause: 10 s. */
    public static final long RETRY_NANOS_MAX = 10_000_000_000L;

    /** Failures in a row of which nobody is told. */
    private static final int QUIET = 1;

    private int failures;
    private long pause;
    private long next;

    /** Whether it is too early to try again. */
    public boolean waits(long now) {
        return failures > 0 && now - next < 0;
    }

    /** When it is tried again, if {@link #waits}. */
    public long next() {
        return next;
    }

    /** It has failed. Returns whether that is to be told now. */
    public boolean failed(long now) {
        failures++;
        pause = failures == 1 ? RETRY_NANOS_MIN : Math.min(2 * pause, RETRY_NANOS_MAX);
        next = now + pause;
        return failures == QUIET + 1;
    }

    /** It has worked. Returns whether a failure had been told. */
    public boolean worked() {
        boolean told = failures > QUIET;
        failures = 0;
        return told;
    }
}
