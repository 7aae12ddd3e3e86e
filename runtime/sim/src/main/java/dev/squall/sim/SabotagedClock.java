package dev.squall.sim;

import dev.squall.base.Clock;

/**
 * A node's clocks, or what a planted bug makes of its wall clock.
 *
 * @param node whose they are
 * @param honest as they are
 */
record SabotagedClock(int node, Clock honest, Saboteur saboteur) implements Clock {

    @Override
    public long micros() {
        return saboteur.micros(node, honest.micros());
    }

    @Override
    public long nanos() {
        return honest.nanos();
    }
}
