package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The index is linearizable: whatever a writer and readers do at the same time, what they saw can
 * be told as if one thing had happened after the other, as it does in {@link Histories}.
 *
 * <p>Real threads, many times (stress), and no model checker: the index publishes by stores to
 * native memory, where a checker of byte code sees no step.
 */
class ShardIndexLincheck {

    private static final int SCENARIOS = 30;
    private static final int RUNS_EACH = 5_000;
    private static final int SEGMENT_BYTES = 1 << 16;

    private static StressOptions options() {
        return new StressOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(RUNS_EACH)
                .threads(3)
                .actorsPerThread(3)
                .minimizeFailedScenario(false)
                .sequentialSpecification(Histories.class);
    }

    @Test
    void whatReadersSeeCanBeToldAsOneHistory() {
        options().check(OfShard.class);
    }

    /** That the check can fail: with two puts in the place of a batch, half of it is seen. */
    @Test
    void aBatchInTwoStepsIsFoundOut() {
        assertThrows(LincheckAssertionError.class, () -> options().check(InTwoSteps.class));
    }

    /** What the index of a shard must look like from outside; one thread at a time. */
    public static class Histories {

        private final Map<Integer, List<Integer>> values = new HashMap<>();

        /** Puts a value; returns the one before, or 0. */
        public int put(int key, int value) {
            int before = newest(key);
            values.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
            return before;
        }

        /** Puts a value to two keys at one point of the order. */
        public void putBoth(int key, int other, int value) {
            Set.of(key, other == key ? key + 1 : other).forEach(k -> put(k, value));
        }

        /** The newest value, or 0. */
        public int newest(int key) {
            return fromEnd(key, 1);
        }

        /** The value before the newest, or 0. */
        public int beforeNewest(int key) {
            return fromEnd(key, 2);
        }

        private int fromEnd(int key, int steps) {
            var all = values.getOrDefault(key, List.of());
            return all.size() < steps ? 0 : all.get(all.size() - steps);
        }
    }

    /** The index of a shard. */
    @Param(name = "key", gen = IntGen.class, conf = "1:3")
    @Param(name = "value", gen = IntGen.class, conf = "1:1000")
    public static class OfShard {

        private final Log log = new Log(SEGMENT_BYTES);
        private final ShardIndex index = new ShardIndex(log, Retention.ALL);
        private long version;

        /** See {@link Histories#put}. */
        @Operation(nonParallelGroup = "writer")
        public int put(@Param(name = "key") int key, @Param(name = "value") int value) {
            var m = record(key, value);
            long before = index.newest(m, 0);
            version++;
            index.append(m, 0, before, version, version);
            return valueAt(before);
        }

        /** See {@link Histories#putBoth}. */
        @Operation(nonParallelGroup = "writer")
        public void putBoth(
                @Param(name = "key") int key,
                @Param(name = "key") int other,
                @Param(name = "value") int value) {
            var parts = List.of(record(key, value), record(other == key ? key + 1 : other, value));
            version++;
            index.appendBatch(Records.batch(parts), 0, version, version);
        }

        /** See {@link Histories#newest}. */
        @Operation
        public int newest(@Param(name = "key") int key) {
            return valueAt(head(key));
        }

        /** See {@link Histories#beforeNewest}. */
        @Operation
        public int beforeNewest(@Param(name = "key") int key) {
            long head = head(key);
            var m = head == 0 ? null : log.memory(head);
            if (m == null) {
                return 0;
            }
            long newest = RecordLayout.version(m, Log.offset(head));
            return valueAt(
                    index.notAfter(new byte[0], 0, head, VersionChain.By.VERSION, newest - 1));
        }

        private static String name(int key) {
            return "/lincheck/" + key;
        }

        private static MemorySegment record(int key, int value) {
            return Records.put(name(key), String.valueOf(value));
        }

        private long head(int key) {
            byte[] utf8 = name(key).getBytes(StandardCharsets.UTF_8);
            return index.newest(utf8, utf8.length);
        }

        private int valueAt(long location) {
            var m = location == 0 ? null : log.memory(location);
            return m == null ? 0 : Integer.parseInt(Records.text(m, Log.offset(location)));
        }
    }

    /** An index with a fault. */
    public static class InTwoSteps extends OfShard {

        @Override
        @Operation(nonParallelGroup = "writer")
        public void putBoth(
                @Param(name = "key") int key,
                @Param(name = "key") int other,
                @Param(name = "value") int value) {
            var _ = put(key, value);
            var _ = put(other == key ? key + 1 : other, value);
        }
    }
}
