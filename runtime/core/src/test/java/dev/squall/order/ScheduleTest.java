package dev.squall.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every schedule for 2 to 64 members and a few numbers of blocks, step by step. */
@Timeout(60)
class ScheduleTest {

    private static final int MEMBERS = MulticastLayout.MEMBERS_MAX;
    private static final int[] BLOCKS = {1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 33, 40};

    @ParameterizedTest
    @EnumSource
    void everyMemberEndsWithEveryBlockAndNobodySendsWhatItLacks(Schedule schedule) {
        for (int n = 2; n <= MEMBERS; n++) {
            for (int blocks : BLOCKS) {
                run(schedule, n, blocks);
            }
        }
    }

    private static void run(Schedule schedule, int n, int blocks) {
        var which = "%s of %d blocks among %d".formatted(schedule, blocks, n);
        var has = IntStream.range(0, n).mapToObj(_ -> new BitSet()).toList();
        has.getFirst().set(0, blocks);
        for (int step = 0; step < schedule.steps(n, blocks); step++) {
            var before = has.stream().map(b -> (BitSet) b.clone()).toList();
            var sends = new BitSet();
            var receives = new BitSet();
            int now = step;
            schedule.step(
                    n,
                    blocks,
                    step,
                    (from, to, block) -> {
                        var text =
                                "%s, step %d: %d to %d block %d"
                                        .formatted(which, now, from, to, block);
                        assertTrue(before.get(from).get(block), () -> "it lacks it: " + text);
                        assertFalse(sends.get(from), () -> "it sends twice: " + text);
                        assertFalse(receives.get(to), () -> "it receives twice: " + text);
                        sends.set(from);
                        receives.set(to);
                        has.get(to).set(block);
                    });
        }
        for (int i = 0; i < n; i++) {
            assertEquals(blocks, has.get(i).cardinality(), which + ": member " + i);
        }
    }

    /** What the head of {@link Schedule} says of the steps. */
    @Test
    void aPipelineTakesAFewStepsMoreThanThereAreBlocks() {
        assertEquals(7 * 40, Schedule.SEQUENTIAL.steps(8, 40));
        assertEquals(40 + 8 - 2, Schedule.CHAIN.steps(8, 40));
        assertEquals(40 + 3 - 1, Schedule.BINOMIAL.steps(8, 40));
        assertEquals(40 + 3, Schedule.BINOMIAL.steps(9, 40));
    }

    @Test
    void theFewestStepsAreChosenAndOfEqualSchedulesTheSimplest() {
        assertEquals(Schedule.SEQUENTIAL, Schedule.of(2, 40), "there is nobody to hand it on");
        assertEquals(Schedule.CHAIN, Schedule.of(3, 40));
        assertEquals(Schedule.BINOMIAL, Schedule.of(5, 40));
        assertEquals(Schedule.BINOMIAL, Schedule.of(64, 1));
    }
}
