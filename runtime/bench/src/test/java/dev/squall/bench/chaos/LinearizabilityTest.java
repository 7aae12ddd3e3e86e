package dev.squall.bench.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.bench.chaos.Linearizability.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Histories of one key that have an explanation, and histories that have none. */
@Timeout(60)
class LinearizabilityTest {

    private static void holds(Story story) {
        var result = Linearizability.of(story.operations());
        assertEquals(Verdict.HOLDS, result.verdict(), result.why());
    }

    private static void violated(Story story) {
        assertEquals(Verdict.VIOLATED, Linearizability.of(story.operations()).verdict());
    }

    @Test
    void oneAfterTheOther() {
        holds(new Story());
        holds(
                new Story()
                        .stableAbsent(0, 1)
                        .put("a", 2, 3, 5)
                        .stable("a", 4, 5, 5)
                        .cas("b", 5, 6, 7, 9)
                        .casMismatch("c", 5, 8, 9)
                        .delete("d", 10, 11, 12)
                        .deleteAbsent("e", 12, 13)
                        .stableAbsent(14, 15)
                        .cas("f", 0, 16, 17, 20)
                        .stable("f", 18, 19, 20));
    }

    @Test
    void whatOverlapsMayBeEitherWay() {
        holds(new Story().put("a", 0, 10, 7).put("b", 1, 9, 3).stable("a", 11, 12, 7));
        holds(new Story().put("a", 0, 10, 7).stableAbsent(1, 2).stable("a", 3, 4, 7));
        violated(new Story().put("a", 0, 10, 7).stable("a", 1, 2, 7).stableAbsent(3, 4));
    }

    @Test
    void aReadBehindAnAcknowledgedPutIsFound() {
        violated(new Story().put("a", 0, 1, 1).put("b", 2, 3, 2).stable("a", 4, 5, 1));
        violated(new Story().put("a", 0, 1, 1).stableAbsent(2, 3));
        violated(new Story().put("a", 0, 1, 1).stable("x", 2, 3, 1));
        violated(new Story().put("a", 0, 1, 1).stable("a", 2, 3, 2));
    }

    @Test
    void versionsMustGrowInTheOrderOfTime() {
        violated(new Story().put("a", 0, 1, 5).put("b", 2, 3, 4));
        violated(new Story().put("a", 0, 1, 5).put("b", 0, 1, 5));
        holds(new Story().put("a", 0, 3, 5).put("b", 2, 4, 4));
    }

    @Test
    void twoCannotBothReplaceTheSameVersion() {
        var story = new Story().put("a", 0, 1, 1);
        violated(story.cas("b", 1, 2, 9, 4).cas("c", 1, 2, 9, 5));
        violated(new Story().cas("a", 0, 0, 9, 1).cas("b", 0, 0, 9, 2));
        violated(new Story().put("a", 0, 1, 1).casMismatch("b", 1, 2, 3));
        holds(new Story().put("a", 0, 1, 1).put("b", 2, 9, 2).casMismatch("c", 1, 3, 4));
    }

    @Test
    void deletesNeedAnObject() {
        violated(new Story().delete("a", 0, 1, 1));
        violated(new Story().put("a", 0, 1, 1).deleteAbsent("b", 2, 3));
        holds(new Story().put("a", 0, 5, 1).deleteAbsent("b", 2, 3));
        violated(new Story().put("a", 0, 1, 1).delete("b", 2, 3, 2).stable("a", 4, 5, 1));
    }

    @Test
    void anUnknownOutcomeMayComeAtAnyTimeOrNever() {
        holds(new Story().putUnknown("a", 0).stableAbsent(5, 6).stable("a", 90, 91, 4));
        holds(new Story().putUnknown("a", 0).stableAbsent(90, 91));
        holds(new Story().put("b", 1, 2, 3).putUnknown("a", 3).casMismatch("c", 3, 4, 5));
        violated(new Story().putUnknown("a", 10).stable("a", 5, 6, 1));
        violated(
                new Story()
                        .putUnknown("a", 0)
                        .stable("a", 1, 2, 4)
                        .put("b", 3, 4, 5)
                        .stable("a", 5, 6, 4));
    }

    @Test
    void whatFailedDidNothing() {
        holds(new Story().putFailed("a", 0, 1).stableAbsent(2, 3));
        violated(new Story().putFailed("a", 0, 1).stable("a", 2, 3, 1));
    }

    @Test
    void theReasonNamesTheObstacle() {
        var why = Linearizability.of(new Story().put("a", 0, 1, 1).stableAbsent(2, 3).operations());
        assertTrue(why.why().contains("stable_read " + Story.KEY), why.why());
        assertTrue(why.why().contains("the value of a at version 1"), why.why());
    }

    /** A register in memory is asked by ten clients at once; then one answer is falsified. */
    @Test
    void longHistoriesAreJudgedToo() {
        for (int seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            var operations = new ArrayList<>(chance(random, 600).operations());
            Collections.shuffle(operations, random);
            var result = Linearizability.of(operations);
            assertEquals(Verdict.HOLDS, result.verdict(), "seed " + seed + ": " + result.why());
            var late = operations.stream().filter(o -> o.stored() && o.version() < 100).toList();
            var old = late.get(random.nextInt(late.size()));
            operations.addAll(
                    new Story().stable(old.stamp(), 50_000, 50_001, old.version()).operations());
            assertEquals(
                    Verdict.VIOLATED,
                    Linearizability.of(operations).verdict(),
                    "seed " + seed + ": a stale read at the end");
        }
    }

    private static Story chance(Random random, int count) {
        var story = new Story();
        long version = 0;
        String value = "";
        for (int i = 1; i <= count; i++) {
            // It takes place at 10 * i; begin and end lie around it, over those of its neighbours.
            long from = 10L * i - random.nextInt(50);
            long to = 10L * i + random.nextInt(50);
            var stamp = "w" + i;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    story.put(stamp, from, to, i);
                    version = i;
                    value = stamp;
                }
                case 2, 3 -> {
                    if (version == 0) {
                        story.stableAbsent(from, to);
                    } else {
                        story.stable(value, from, to, version);
                    }
                }
                default -> {
                    story.cas(stamp, version, from, to, i);
                    version = i;
                    value = stamp;
                }
            }
            if (i % 150 == 0) {
                story.putUnknown("lost" + i, from);
            }
        }
        return story;
    }
}
