package dev.squall.sim;

import dev.squall.base.Clock;

/**
 * A node's clocks: both run at the node's own speed, and the wall clock is off by the node's skew.
 * Over a restart the wall clock goes on; the monotonic one begins somewhere else.
 */
record SimClock(Agenda agenda, long skewMicros, double speed, long nanosAtStart) implements Clock {

    /** When every run begins: some moment in 2026, in microseconds since 1970. */
    static final long EPOCH_MICROS = 1_780_000_000_000_000L;

    @Override
    public long micros() {
        return EPOCH_MICROS + skewMicros + (long) (agenda.nanos() * speed) / 1000;
    }

    @Override
    public long nanos() {
        return nanosAtStart + (long) (agenda.nanos() * speed);
    }
}
