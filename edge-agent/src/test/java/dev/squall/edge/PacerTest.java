package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MILLI = 1_000_000;

    private final Pacer pacer = new Pacer();

    @Test
    void aFrameIsDueAtItsPositionAfterTheFirst() {
        pacer.judge(0, 7 * MILLI);
        assertEquals(7 * MILLI, pacer.dueNanos(0));
        assertEquals(107 * MILLI, pacer.dueNanos(100_000));
        assertEquals(3_600_007 * MILLI, pacer.dueNanos(3_600_000_000L));
    }

    @Test
    void aFirstFrameThatIsNotAtTheStartIsDueAtOnce() {
        pacer.judge(400_000, 7 * MILLI);
        assertEquals(7 * MILLI, pacer.dueNanos(400_000));
    }

    @Test
    void lateFramesDropUntilTheSourceHasCaughtUp() {
        pacer.judge(0, 0);
        assertEquals(Pacer.Verdict.WAIT, pacer.judge(100_000, 600 * MILLI));
        assertEquals(Pacer.Verdict.DROP, pacer.judge(100_000, 601 * MILLI));
        assertEquals(Pacer.Verdict.WAIT, pacer.judge(200_000, 601 * MILLI));
        assertEquals(200 * MILLI, pacer.dueNanos(200_000), "the anchor did not move");
    }

    @Test
    void afterAStallTheSourceGoesOnFromWhereItWas() {
        pacer.judge(0, 0);
        assertEquals(Pacer.Verdict.WAIT, pacer.judge(100_000, 60_000 * MILLI));
        assertEquals(60_000 * MILLI, pacer.dueNanos(100_000));
        assertEquals(60_100 * MILLI, pacer.dueNanos(200_000));
    }
}
