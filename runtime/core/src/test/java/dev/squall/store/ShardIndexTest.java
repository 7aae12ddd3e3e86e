package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many keys, so that buckets are split and written anew, and deep histories. */
class ShardIndexTest {

    private static final int SEGMENT = 1 << 16;
    private static final int KEYS = 40_000;

    private final Log log = new Log(SEGMENT);
    private final Map<String, List<Long>> model = new HashMap<>();
    private long version;

    private long append(ShardIndex index, String key) {
        var m = Records.put(key, "v");
        version++;
        long location = index.append(m, 0, index.newest(m, 0), version, 10 * version);
        model.computeIfAbsent(key, _ -> new ArrayList<>()).add(version);
        return location;
    }

    private static long head(ShardIndex index, String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return index.newest(utf8, utf8.length);
    }

    private long versionAt(long location) {
        var m = log.memory(location);
        return m == null ? 0 : RecordLayout.version(m, Log.offset(location));
    }

    @Test
    void keysComeAndGo() {
        var random = new Random(7);
        var index = new ShardIndex(log, Retention.ALL);
        for (int step = 0; step < 3 * KEYS; step++) {
            append(index, "/p/" + random.nextInt(KEYS));
            if (step % 10_000 == 9_999) {
                while (log.bytes() > 60 * SEGMENT) {
                    drop(index);
                }
                for (int k = 0; k < KEYS; k += 3) {
                    var all = model.getOrDefault("/p/" + k, List.of());
                    long newest = all.isEmpty() ? 0 : all.getLast();
                    assertEquals(newest, versionAt(head(index, "/p/" + k)), "key " + k);
                }
                assertEquals(model.size(), index.keyCount());
                assertEquals(model.size(), index.keys("/p", "", KEYS, _ -> true).size());
            }
        }
    }

    private void drop(ShardIndex index) {
        index.dropFirst();
        long oldest = versionAt(log.first());
        model.values().forEach(all -> all.removeIf(v -> v < oldest));
        model.values().removeIf(List::isEmpty);
    }

    @Test
    void everyVersionOfADeepHistoryIsFound() {
        var index = new ShardIndex(log, Retention.ALL);
        for (int n = 0; n < 3000; n++) {
            append(index, "/p/" + n % 7);
        }
        for (int dropped = 0; dropped < 3; dropped++) {
            for (int k = 0; k < 7; k++) {
                history(index, "/p/" + k);
            }
            drop(index);
        }
    }

    private void history(ShardIndex index, String key) {
        var all = model.getOrDefault(key, List.of());
        long head = head(index, key);
        long first = all.getFirst();
        for (long bound = 0; bound <= version; bound += 11) {
            long expected = 0;
            for (long v : all) {
                expected = v <= bound ? v : expected;
            }
            if (expected == 0) {
                boolean everything = first <= 7;
                assertEquals(
                        everything ? 0 : ShardIndex.TRIMMED,
                        index.notAfter(new byte[0], 0, head, By.VERSION, bound),
                        key + " at " + bound);
            } else {
                assertEquals(
                        expected,
                        versionAt(index.notAfter(new byte[0], 0, head, By.VERSION, bound)));
                assertEquals(
                        expected,
                        versionAt(index.notAfter(new byte[0], 0, head, By.TIME, 10 * bound + 9)));
            }
            long to = bound + 100;
            long from = bound;
            assertArrayEquals(
                    all.stream().filter(v -> v >= from && v <= to).limit(9).toArray(Long[]::new),
                    places(index.between(head, from, to, 9)));
        }
    }

    private Long[] places(long[] locations) {
        var versions = new Long[locations.length];
        for (int i = 0; i < locations.length; i++) {
            versions[i] = versionAt(locations[i]);
        }
        return versions;
    }
}
