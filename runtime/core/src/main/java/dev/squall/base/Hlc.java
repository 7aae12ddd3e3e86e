package dev.squall.base;

/**
 * A hybrid logical clock (Kulkarni et al., 2014) in one 64-bit word of microseconds: the wall clock
 * while it moves forward, a counter in its place while it does not.
 *
 * <p>It also keeps the promise on which reads of the past rest: after {@link #promise()} has
 * returned {@code p}, every {@link #stamp()} is greater than {@code p}. A node publishes its
 * promise in its row; the smallest promise of a shard's senders bounds what can still arrive.
 *
 * <p><b>Over a restart.</b> A promise may be as far as {@link #SKEW_MICROS_MAX} ahead of the wall
 * clock, and nobody writes it down. So a node that has lived before begins above its wall clock by
 * that much. This rests on a wall clock that does not go back while the node is down.
 *
 * <p>Single-threaded: belongs to the node's group agent.
 */
public final class Hlc {

    /** A peer's time is followed at most this far ahead of the wall clock: 500 ms. */
    public static final long SKEW_MICROS_MAX = 500_000;

    private final Clock clock;
    private long last;

    /**
     * A clock that goes on.
     *
     * @param floor all stamps are greater; 0 = the wall clock alone decides
     */
    public Hlc(Clock clock, long floor) {
        this.clock = clock;
        this.last = floor;
    }

    /** From now on all stamps are greater than this. */
    public void floor(long micros) {
        last = Math.max(last, micros);
    }

    /** A time for a message that is sent now: greater than all stamps and promises before. */
    public long stamp() {
        last = Math.max(clock.micros(), last + 1);
        return last;
    }

    /** A time that no later stamp will reach. */
    public long promise() {
        last = Math.max(clock.micros(), last);
        return last;
    }

    /**
     * Follows a time that was seen elsewhere, so that a slow clock does not hold up readers. A time
     * more than {@link #SKEW_MICROS_MAX} ahead is not followed.
     */
    public void observe(long micros) {
        if (micros > last && micros <= clock.micros() + SKEW_MICROS_MAX) {
            last = micros;
        }
    }
}
