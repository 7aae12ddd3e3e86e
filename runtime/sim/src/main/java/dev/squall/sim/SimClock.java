package dev.squall.sim;

import dev.squall.base.Clock;

/**
 * The clocks that a process is given. Over a restart the machine's wall clock goes on; the
 * monotonic one begins somewhere else, runs at the machine's speed, and is never set.
 */
record SimClock(WallClock wall, long nanosAtStart) implements Clock {

    @Override
    public long micros() {
        return wall.micros();
    }

    @Override
    public long nanos() {
        return nanosAtStart + wall.elapsedNanos();
    }
}
