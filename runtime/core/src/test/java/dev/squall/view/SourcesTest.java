package dev.squall.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.base.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who fills the others: the rules one by one, with a shard that was made in view 1. */
class SourcesTest {

    private static final int SHARD = 3;
    private static final long LAST = 7;
    private static final long LIFE = 5;

    /** What a node of the next view reports; null = it is not in it. */
    private record Said(int node, @Nullable Holding holding, long since) {

        Said(int node, @Nullable Holding holding) {
            this(node, holding, 1);
        }
    }

    private static Said disk(int node, long whole, long view, long place) {
        long version = Version.of(view, place);
        return new Said(node, new Holding(SHARD, 0, false, whole, -1, version));
    }

    private static Said lives(int node, long view, long place) {
        long version = Version.of(view, place);
        return new Said(node, new Holding(SHARD, view, true, 1, place, version));
    }

    private static Decision.Held held(List<Integer> members, List<Integer> holders) {
        return new Decision.Held(members, holders, LAST, 1, null);
    }

    /** Of members 1 and 2 the first held it, in some life. */
    private static Decision.Held inMemory(long life) {
        var view = new View(LAST, List.of(seat(1, life), seat(2, LIFE)));
        return new Decision.Held(List.of(1, 2), List.of(1), LAST, 1, view);
    }

    private static Seat seat(int node, long life) {
        return new Seat(new Member(node, "host", 1, "http://host:1"), life);
    }

    private static Decision.Held alone() {
        return held(List.of(1), List.of(1));
    }

    private static List<Integer> sources(Decision.Held last, Said... said) {
        var seats = new ArrayList<Seat>();
        var reports = new ArrayList<Report>();
        for (var s : said) {
            var h = s.holding();
            var holdings = h == null ? List.<Holding>of() : List.of(h);
            boolean live = h != null && h.exact();
            seats.add(seat(s.node(), LIFE));
            reports.add(
                    new Report(s.node(), LIFE, live, LAST, s.since(), 0, 0, List.of(), holdings));
        }
        var next = new View(LAST + 1, seats);
        return new Decision(next, LAST, List.of(), reports).holders(SHARD, last);
    }

    @Test
    void whoTookPartToTheEndDecides() {
        var last = held(List.of(1, 2, 3), List.of(1, 2, 3));
        assertEquals(
                List.of(1, 3),
                sources(last, lives(1, LAST, 4), disk(2, 1, LAST, 9), lives(3, LAST, 4)));
    }

    @Test
    void theLongestOnDiskOfThoseWhoHadItLast() {
        var last = held(List.of(1, 2), List.of(1, 2));
        assertEquals(List.of(2), sources(last, disk(1, 1, 7, 3), disk(2, 1, 7, 5)));
        // However long a log of somebody else is: it may hold what was given up.
        assertEquals(
                List.of(1, 2), sources(last, disk(1, 1, 6, 3), disk(2, 1, 6, 3), disk(3, 1, 6, 9)));
    }

    @Test
    void whoWasToBeFilledCountsWhenItWas() {
        var last = held(List.of(1, 2), List.of(1));
        assertEquals(List.of(), sources(last, disk(2, 3, 7, 9)));
        assertEquals(List.of(), sources(last, disk(2, 0, 7, 9)));
        assertEquals(List.of(2), sources(last, disk(2, 7, 7, 9)));
    }

    @Test
    void aCutLogCountsBesideAWholeOne() {
        var last = held(List.of(1, 2), List.of(1, 2));
        var cut = Holding.damaged(1);
        assertEquals(List.of(2), sources(last, disk(1, cut, 5, 3), disk(2, 1, 7, 5)));
        assertEquals(List.of(1), sources(last, disk(1, cut, 7, 6), disk(2, 1, 7, 5)));
    }

    @Test
    void aCutLogWaitsForTheOthersWhoHadTheShard() {
        var last = held(List.of(1, 2), List.of(1, 2));
        var cut = Holding.damaged(1);
        assertEquals(List.of(), sources(last, disk(1, cut, 5, 3), disk(3, 1, 6, 9)));
        var broken = new Said(2, new Holding(SHARD, 0, false, Holding.BROKEN, -1, 0));
        assertEquals(List.of(), sources(last, disk(1, cut, 5, 3), broken, disk(3, 1, 6, 9)));
    }

    @Test
    void whoLeftBeforeHasWhatWasCutOff() {
        var cut = Holding.damaged(1);
        assertEquals(
                List.of(2, 3),
                sources(alone(), disk(1, cut, 1, 45), disk(2, 1, 5, 54), disk(3, 1, 5, 54)));
        // One that has less, or went on alone and still has it, is filled or fills itself.
        assertEquals(List.of(1), sources(alone(), disk(1, cut, 7, 2), disk(2, 1, 5, 54)));
        // Their logs may have been cut as well, each elsewhere.
        assertEquals(List.of(3), sources(alone(), disk(1, cut, 1, 45), disk(3, cut, 4, 1)));
    }

    @Test
    void whoWasBeingFilledHasWhatRottedAtItsSource() {
        var last = held(List.of(1, 2), List.of(1));
        var lacks = Holding.damaged(3);
        assertEquals(List.of(1), sources(last, disk(1, 1, 7, 2), disk(2, lacks, 5, 54)));
        var cut = Holding.damaged(1);
        assertEquals(List.of(2), sources(last, disk(1, cut, 1, 45), disk(2, lacks, 5, 54)));
    }

    @Test
    void aGapIsNoSourceHoweverLongItsLog() {
        var cut = Holding.damaged(1);
        assertEquals(List.of(1), sources(alone(), disk(1, cut, 1, 45), disk(2, 0, 5, 54)));
        var broken = new Said(2, new Holding(SHARD, 0, false, Holding.BROKEN, -1, 99));
        assertEquals(List.of(1), sources(alone(), disk(1, cut, 1, 45), broken));
    }

    @Test
    void aFormerMembersLogIsNothingBesideAWholeOne() {
        assertEquals(List.of(1), sources(alone(), disk(1, 1, 5, 2), disk(2, 1, 5, 54)));
        assertEquals(List.of(), sources(alone(), disk(2, 1, 5, 54)));
    }

    @Test
    void whoStayedHasWhatThoseToWhomItMovedHadNotWritten() {
        assertEquals(List.of(2), sources(alone(), disk(1, 1, 5, 2), lives(2, 5, 9)));
        assertEquals(List.of(1), sources(alone(), disk(1, 1, 6, 0), lives(2, 5, 9)));
        assertEquals(List.of(), sources(alone(), lives(2, 5, 9)));
    }

    @Test
    void whoHeldItAndNeverOpenedALogHoldsNothingOfIt() {
        assertEquals(List.of(1), sources(alone(), new Said(1, null), disk(2, 1, 5, 54)));
    }

    @Test
    void whoLostItsDiskHoldsNothingAndIsNotWaitedFor() {
        var last = held(List.of(1, 3), List.of(1));
        var lost = new Said(1, null, LAST + 1);
        // The other was being filled: neither has it, and a former member does.
        assertEquals(List.of(2), sources(last, lost, disk(3, 0, 5, 9), disk(2, 1, 5, 54)));
        assertEquals(List.of(), sources(last, lost, disk(3, 0, 5, 9)));
        assertEquals(List.of(), sources(last, lost, disk(2, 1, 5, 54)));
        // It is there, and has not even begun: nobody else is waited for.
        assertEquals(List.of(2), sources(last, lost, new Said(3, null), disk(2, 1, 5, 54)));
        assertEquals(List.of(3), sources(last, lost, disk(3, LAST, 7, 9), disk(2, 1, 5, 54)));
    }

    @Test
    void whoDiedHasNothingOfWhatWasInMemoryAlone() {
        var former = inMemory(LIFE - 1);
        assertEquals(List.of(), sources(former, new Said(1, null)));
        assertEquals(List.of(), sources(former, new Said(1, null), disk(2, 0, 7, 9)));
        assertEquals(List.of(1), sources(former, lives(1, LAST, 4)));
        // Who has lived ever since, and has begun nothing, has what there was: nothing.
        assertEquals(List.of(1), sources(inMemory(LIFE), new Said(1, null), disk(2, 0, 7, 9)));
    }
}
