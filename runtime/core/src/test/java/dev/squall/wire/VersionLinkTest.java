package dev.squall.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Links as they are written, and how far the long ones go. */
class VersionLinkTest {

    private static final int DEEP = 100_000;

    @Test
    void whatIsWrittenIsRead() {
        var random = new Random(1);
        try (var arena = Arena.ofConfined()) {
            var m = arena.allocate(RecordLayout.HEADER_BYTES, 8);
            RecordLayout.writeHeader(m, 0, RecordLayout.KIND_PUT, 1, 2, 3);
            for (int i = 0; i < 10_000; i++) {
                long previous = place(random);
                long jump = place(random);
                long depth = random.nextLong(VersionLink.DEPTH_MAX) + 1;
                VersionLink.write(m, 0, previous, jump, depth);
                assertEquals(previous, VersionLink.previous(m, 0));
                assertEquals(jump, VersionLink.jump(m, 0));
                assertEquals(depth, VersionLink.depth(m, 0));
                assertEquals(RecordLayout.ANY, RecordLayout.expected(m, 0));
                assertEquals(2, RecordLayout.producerLength(m, 0));
            }
        }
    }

    private static long place(Random random) {
        long number = random.nextInt(VersionLink.SEGMENTS_MAX);
        long offset = random.nextLong(1L << 27) << 5;
        return random.nextInt(10) == 0 ? 0 : number << 32 | offset;
    }

    /** Steps from the newest of many versions to each of them, as a chain would be walked. */
    @Test
    void everyDepthIsAFewStepsAway() {
        for (long wanted = 1; wanted < DEEP; wanted += 7) {
            long at = DEEP;
            int steps = 0;
            while (at > wanted) {
                long jump = at - VersionLink.jumpLength(at);
                at = jump >= wanted ? jump : at - 1;
                steps++;
            }
            assertEquals(wanted, at);
            assertTrue(steps <= 3 * 17, steps + " steps to " + wanted);
        }
    }

    /** A link is as long as two of the one before and one more, or 1: so it can be made from it. */
    @Test
    void aLongLinkFollowsFromTheOneBefore() {
        for (long depth = 2; depth < DEEP; depth++) {
            long length = VersionLink.jumpLength(depth);
            if (length > 1) {
                long before = depth - 1;
                long once = before - VersionLink.jumpLength(before);
                assertEquals(depth - length, once - VersionLink.jumpLength(once), "at " + depth);
            }
        }
    }
}
