package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

    @Test
    void noRateKeepsAll() {
        assertEquals(300, kept(0, 30, 300));
    }

    @Test
    void theSourcesOwnRateOrMoreKeepsAll() {
        assertEquals(300, kept(30, 30, 300));
        assertEquals(300, kept(60, 30, 300));
        assertEquals(300, kept(30, 29.97, 300));
    }

    @Test
    void aLowerRateKeepsItsShareEvenly() {
        assertEquals(50, kept(5, 10, 100));
        assertEquals(100, kept(10, 30, 300));
        assertEquals(70, kept(7, 30, 300));
        var sampler = new Sampler(5, 100_000);
        var kept =
                LongStream.range(0, 8)
                        .map(i -> i * 100_000)
                        .filter(sampler::keeps)
                        .boxed()
                        .toList();
        assertEquals(List.of(0L, 200_000L, 400_000L, 600_000L), kept);
    }

    @Test
    void timeStampsThatShakeDoNotChangeTheChoice() {
        var sampler = new Sampler(5, 100_000);
        long count =
                LongStream.range(0, 100)
                        .map(i -> i * 100_000 + (i % 3 - 1) * 9_000)
                        .filter(sampler::keeps)
                        .count();
        assertEquals(50, count);
    }

    @Test
    void aGapIsNotFollowedByABurst() {
        var sampler = new Sampler(5, 100_000);
        sampler.keeps(0);
        long count =
                LongStream.range(0, 10)
                        .map(i -> 60_000_000 + i * 100_000)
                        .filter(sampler::keeps)
                        .count();
        assertEquals(5, count);
    }

    private static long kept(double fps, double sourceFps, int frames) {
        var sampler = new Sampler(fps, Math.round(1_000_000 / sourceFps));
        return LongStream.range(0, frames)
                .map(i -> Math.round(i * 1_000_000 / sourceFps))
                .filter(sampler::keeps)
                .count();
    }
}
