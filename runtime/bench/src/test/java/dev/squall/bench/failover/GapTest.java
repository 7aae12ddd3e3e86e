package dev.squall.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.bench.node.ProcessFigures;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Interruptions and growth, out of figures that are given. */
class GapTest {

    private static List<Ack> acks(int node, long... completed) {
        return LongStream.of(completed).mapToObj(t -> new Ack("p", 0, t, node, 1)).toList();
    }

    @Test
    void theLongestTimeBetweenTwoAnswersCounts() {
        assertEquals(50, Gap.longest(acks(1, 100, 150, 60, 170), 0, 90, 180));
        assertEquals(20, Gap.longest(acks(1, 80, 60, 100), 0, 70, 110));
    }

    @Test
    void anInterruptionBeginsWithTheLastAnswerBeforeAndEndsWithTheTime() {
        assertEquals(70, Gap.longest(acks(1, 10, 30, 100), 0, 50, 110));
        assertEquals(60, Gap.longest(acks(1, 10, 30), 0, 50, 90));
        assertEquals(40, Gap.longest(List.of(), 0, 50, 90));
    }

    @Test
    void answersOfTheLostNodeDoNotCount() {
        assertEquals(100, Gap.longest(acks(2, 60, 70, 80), 2, 0, 100));
    }

    private static ChangesRun.Look look(long changes, long own, int handles) {
        return new ChangesRun.Look(
                changes, Map.of(1, new ProcessFigures(2 * own, own, handles, 30)));
    }

    @Test
    void growthIsFoundFromTheSecondLookOn() {
        var flat = List.of(look(0, 100, 50), look(20, 200, 90), look(40, 210, 95));
        assertEquals(List.of(), ChangesRun.growth(flat));
        var memory = List.of(look(0, 100, 50), look(20, 200, 90), look(40, 230, 90));
        assertEquals(
                List.of("node 1: own memory from 200 to 230 bytes"), ChangesRun.growth(memory));
        var handles = List.of(look(0, 100, 50), look(20, 200, 90), look(40, 200, 120));
        assertEquals(List.of("node 1: handles from 90 to 120"), ChangesRun.growth(handles));
        assertEquals(List.of(), ChangesRun.growth(List.of(look(0, 1, 1), look(20, 9, 99))));
    }
}
