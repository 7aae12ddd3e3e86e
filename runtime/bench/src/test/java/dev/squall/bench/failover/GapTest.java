package dev.squall.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Interruptions, out of answers that are given. */
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
}
