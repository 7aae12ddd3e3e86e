package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against two sorted maps that do the same slowly. */
class KeyHistoryTest {

    private static final int SEEDS = 200;

    private final TreeMap<Long, Long> byVersion = new TreeMap<>();
    private final TreeMap<Long, Long> byTime = new TreeMap<>();
    private final KeyHistory history = new KeyHistory();

    @Test
    void anEmptyHistoryKnowsNothing() {
        assertEquals(0, history.newest());
        assertEquals(Long.MIN_VALUE, history.newestTimestamp());
        assertEquals(0, history.atVersion(Long.MAX_VALUE));
        assertEquals(0, history.between(0, Long.MAX_VALUE, 10).length);
        assertEquals(0, history.oldestOf(1));
    }

    @Test
    void everyQuestionIsAnsweredAsByAMap() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var one = new KeyHistoryTest();
            one.run(new Random(seed), "seed " + seed);
        }
    }

    private void run(Random random, String which) {
        long version = 0;
        long time = 0;
        long location = 1L << 32;
        for (int step = 0; step < 60; step++) {
            version += 1 + random.nextInt(3);
            time += 1 + random.nextInt(5);
            location += 32L * (1 + random.nextInt(4));
            history.add(version, time, location);
            byVersion.put(version, location);
            byTime.put(time, location);
            if (random.nextInt(10) == 0) {
                forget(location - random.nextInt(400), which);
            }
            ask(version + 3, time + 3, random, which + " step " + step);
        }
    }

    private void forget(long before, String which) {
        var told = new ArrayList<Long>();
        history.forgetBefore(before, told::add);
        var gone = byVersion.values().stream().filter(l -> l < before).toList();
        assertEquals(gone, told, which);
        byVersion.values().removeIf(l -> l < before);
        byTime.values().removeIf(l -> l < before);
    }

    private void ask(long version, long time, Random random, String which) {
        assertEquals(value(byVersion.lastEntry()), history.newest(), which);
        assertEquals(byVersion.isEmpty(), history.isEmpty(), which);
        long v = random.nextLong(version + 1);
        long t = random.nextLong(time + 1);
        assertEquals(value(byVersion.floorEntry(v)), history.atVersion(v), which);
        assertEquals(value(byTime.floorEntry(t)), history.atTime(t), which);
        long from = random.nextLong(version + 1);
        int limit = random.nextInt(8);
        var found =
                from > v
                        ? List.<Long>of()
                        : byVersion.subMap(from, true, v, true).values().stream()
                                .limit(limit)
                                .toList();
        assertArrayEquals(
                found.stream().mapToLong(l -> l).toArray(),
                history.between(from, v, limit),
                which + ": " + from + " to " + v);
        int kept = 1 + random.nextInt(5);
        var all = new ArrayList<>(byVersion.values());
        long oldest = all.size() <= kept ? 0 : all.get(all.size() - kept);
        assertEquals(oldest, history.oldestOf(kept), which);
    }

    private static long value(Map.@Nullable Entry<Long, Long> entry) {
        return entry == null ? 0 : entry.getValue();
    }
}
