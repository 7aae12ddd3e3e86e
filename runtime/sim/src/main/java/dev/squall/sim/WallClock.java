package dev.squall.sim;

import java.util.Map;
import java.util.TreeMap;

/**
 * A machine's wall clock: it runs at the machine's own speed, is off by some skew, and is set
 * forwards or backwards now and then. It goes on while the machine's processes come and go.
 */
final class WallClock {

    /** When every run begins: some moment in 2026, in microseconds since 1970. */
    static final long EPOCH_MICROS = 1_780_000_000_000_000L;

    private final Agenda agenda;
    private final double speed;
    private final long skewMicrosMax;
    private long skewMicros;

    /**
     * @param skewMicrosMax how far off it is at most, drift aside
     * @param skewMicros how far off it is at first
     * @param speed 1 = as time passes
     */
    WallClock(Agenda agenda, long skewMicrosMax, long skewMicros, double speed) {
        this.agenda = agenda;
        this.skewMicrosMax = skewMicrosMax;
        this.skewMicros = skewMicros;
        this.speed = speed;
    }

    /** The clocks of a seed's nodes, by id. */
    static Map<Integer, WallClock> draw(Agenda agenda, Chance chance, Swarm swarm) {
        var clocks = new TreeMap<Integer, WallClock>();
        long skew = swarm.skewMicrosMax();
        long drift = swarm.driftPpmMax();
        for (int id : swarm.nodeIds()) {
            double speed = 1 + chance.between(-drift, drift) / 1_000_000.0;
            clocks.put(id, new WallClock(agenda, skew, chance.between(-skew, skew), speed));
        }
        return clocks;
    }

    /** Microseconds since 1970, as this machine sees it. */
    long micros() {
        return EPOCH_MICROS + skewMicros + elapsedNanos() / 1000;
    }

    /** Nanoseconds since the run began, at the machine's speed; never set, and so monotonic. */
    long elapsedNanos() {
        return (long) (agenda.nanos() * speed);
    }

    /**
     * Somebody sets the clock. Returns how far it has jumped, in microseconds: not further than the
     * skew allows.
     */
    long jump(long micros) {
        long before = skewMicros;
        skewMicros = Math.clamp(before + micros, -skewMicrosMax, skewMicrosMax);
        return skewMicros - before;
    }
}
