package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NodeRingTest {
    private static final long MILLI = 1_000_000;
    private static final URI A = URI.create("http://a");
    private static final URI B = URI.create("http://b");
    private static final URI C = URI.create("http://c");

    private final NodeRing ring = new NodeRing(List.of(A, B, C), new SplittableRandom(7));

    @Test
    void itStaysWithANodeThatWorks() {
        for (int i = 0; i < 10; i++) {
            assertEquals(i, ring.pick(i));
            assertEquals(A, ring.current());
            assertEquals(0, ring.worked());
        }
    }

    @Test
    void itGoesOnAtOnceAndStaysThere() {
        assertEquals(1, ring.failed(0, 0));
        assertEquals(0, ring.pick(0), "another node is ready now");
        assertEquals(B, ring.current());
        ring.worked();
        ring.pick(3_600_000 * MILLI);
        assertEquals(B, ring.current(), "a node that rested is not gone back to");
    }

    @Test
    void withAllAtRestItWaitsForTheFirstToBeReady() {
        ring.failed(0, 9_000);
        ring.pick(0);
        ring.failed(0, 2_000);
        ring.pick(0);
        ring.failed(0, 5_000);
        assertEquals(2_000 * MILLI, ring.pick(0));
        assertEquals(B, ring.current());
    }

    @Test
    void restsDoubleUpToALimitAndNeverUndercutHalf() {
        long[] full = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (int i = 0; i < full.length; i++) {
            for (int again = 0; again < 50; again++) {
                long rest = ring.restNanos(i + 1, 0);
                assertTrue(rest >= full[i] * MILLI / 2, rest + " after failure " + (i + 1));
                assertTrue(rest <= full[i] * MILLI, rest + " after failure " + (i + 1));
            }
        }
        assertTrue(ring.restNanos(1_000, 0) <= NodeRing.MAX_REST_MILLIS * MILLI);
    }

    @Test
    void whatANodeAsksForIsHonouredUpToALimit() {
        assertEquals(7_000 * MILLI, ring.restNanos(1, 7_000));
        assertEquals(NodeRing.MAX_RETRY_AFTER_MILLIS * MILLI, ring.restNanos(1, Integer.MAX_VALUE));
    }
}
