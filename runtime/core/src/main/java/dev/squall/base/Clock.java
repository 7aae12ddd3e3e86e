package dev.squall.base;

import java.time.Instant;

/**
 * Time, handed in from outside so that the simulator can own it. Nothing else in the core may read
 * a clock.
 */
public interface Clock {

    /** The machine's clocks. */
    Clock SYSTEM =
            new Clock() {
                @Override
                public long micros() {
                    var now = Instant.now();
                    return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
                }

                @Override
                public long nanos() {
                    return System.nanoTime();
                }
            };

    /** Wall-clock time in microseconds since 1970; may jump. */
    long micros();

    /** Monotonic time in nanoseconds since an arbitrary point. */
    long nanos();
}
