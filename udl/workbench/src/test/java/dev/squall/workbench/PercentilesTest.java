package dev.squall.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PercentilesTest {

    @Test
    void percentilesAreRunsThatHappened() {
        var four = new Percentiles(4_000_000, 1_000_000, 3_000_000, 2_000_000);
        assertEquals(1, four.millis(0));
        assertEquals(2, four.millis(50));
        assertEquals(4, four.millis(99));
        assertEquals("min 1.000  p50 2.000  p99 4.000  max 4.000 ms (4 runs)", four.toString());
    }
}
