package dev.squall.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was given back is handed out again, and nothing that somebody can still reach. */
final class SecondHandTest {

    /** A size that nobody else in this process asks for. */
    private static final long BYTES = 48L << 20;

    @Test
    void isHandedOutAgainAndNotReachableByWhoHadIt() {
        MemorySegment first;
        try (var arena = Arena.ofConfined()) {
            first = SecondHand.allocate(BYTES, arena);
            first.set(ValueLayout.JAVA_LONG, BYTES - 8, 7);
            assertEquals(BYTES, first.byteSize());
        }
        assertThrows(IllegalStateException.class, () -> first.get(ValueLayout.JAVA_LONG, 0));
        try (var arena = Arena.ofConfined()) {
            assertEquals(first.address(), SecondHand.allocate(BYTES, arena).address());
        }
    }

    @Test
    void isNeverHandedOutTwice() {
        var places = new HashSet<Long>();
        try (var arena = Arena.ofConfined()) {
            for (int i = 0; i < 20; i++) {
                assertTrue(places.add(SecondHand.allocate(100_000 + i, arena).address()));
            }
        }
    }

    @Test
    void keepsNoMoreThanItsLimit() {
        try (var arena = Arena.ofConfined()) {
            for (long sum = 0; sum <= 2 * SecondHand.KEPT_BYTES_MAX; sum += BYTES) {
                SecondHand.allocate(BYTES, arena);
            }
        }
        assertTrue(SecondHand.bytes() <= SecondHand.KEPT_BYTES_MAX);
    }

    @Test
    void largerThanAnythingKeptComesFromTheSystem() {
        long before = SecondHand.bytes();
        try (var arena = Arena.ofConfined()) {
            long bytes = 100L << 20;
            var memory = SecondHand.allocate(bytes, arena);
            assertEquals(0, memory.get(ValueLayout.JAVA_LONG, bytes - 8));
        }
        assertTrue(SecondHand.bytes() <= Math.max(before, SecondHand.KEPT_BYTES_MAX));
    }

    @Test
    @Timeout(60)
    @SuppressWarnings("ThreadPriorityCheck") // a yield only hastens
    void comesBackOnceNobodyReferencesIt() {
        long place = SecondHand.allocate(BYTES).address();
        List<MemorySegment> held = new ArrayList<>();
        held.add(SecondHand.allocate(BYTES));
        long mine = held.getFirst().address();
        boolean back = false;
        while (!back) {
            System.gc();
            Thread.yield();
            var next = SecondHand.allocate(BYTES);
            assertNotEquals(mine, next.address());
            back = next.address() == place;
        }
        held.getFirst().set(ValueLayout.JAVA_LONG, 0, 1); // reachable up to here
    }
}
