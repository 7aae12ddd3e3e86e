package dev.squall.bench.member;

import java.util.function.LongBinaryOperator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * How long after its object was put each run of {@link Clocked} in this process began: of objects
 * that were put here, and of those that came from another member. Any thread.
 */
final class Starts implements LongBinaryOperator {

    private final int member;
    private final Recorder here = new Recorder(Load.DIGITS);
    private final Recorder across = new Recorder(Load.DIGITS);

    /** Takes what the logic in this process says from now on. */
    Starts(int member) {
        this.member = member;
        System.getProperties().put(Clocked.TAKER, this);
    }

    @Override
    public long applyAsLong(long from, long nanos) {
        (from == member ? here : across).recordValue(Math.max(0, nanos));
        return nanos;
    }

    /** Of objects put here, since this was last asked; in nanoseconds. */
    Histogram here() {
        return here.getIntervalHistogram();
    }

    /** Of objects put at another member, since this was last asked; in nanoseconds. */
    Histogram across() {
        return across.getIntervalHistogram();
    }
}
