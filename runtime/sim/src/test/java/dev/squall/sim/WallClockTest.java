package dev.squall.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A wall clock may be set; the monotonic one beside it is not. */
class WallClockTest {

    private static final long SKEW = 1000;
    private static final long SECOND = 1_000_000_000;

    private final Agenda agenda = new Agenda();
    private final WallClock wall = new WallClock(agenda, SKEW, -300, 1 + 500e-6);
    private final SimClock clock = new SimClock(wall, 77);

    @Test
    void itJumpsWithinItsSkew() {
        assertEquals(WallClock.EPOCH_MICROS - 300, clock.micros());
        assertEquals(500, wall.jump(500));
        assertEquals(WallClock.EPOCH_MICROS + 200, clock.micros());
        assertEquals(-1200, wall.jump(-5000));
        assertEquals(WallClock.EPOCH_MICROS - SKEW, clock.micros());
        assertEquals(2 * SKEW, wall.jump(5000));
        assertEquals(77, clock.nanos(), "the monotonic clock is not set");
    }

    @Test
    void bothRunAtTheMachinesSpeed() {
        agenda.after(SECOND, () -> {});
        assertTrue(agenda.step());
        assertEquals(77 + SECOND + SECOND / 2000, clock.nanos());
        assertEquals(WallClock.EPOCH_MICROS - 300 + 1_000_500, clock.micros());
    }
}
