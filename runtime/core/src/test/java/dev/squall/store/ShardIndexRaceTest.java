package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One thread writes while others read: what a read of a key finds is never older than what was
 * complete when it began, and never newer than what had begun when it ended. With a single writer
 * that is linearizability. Buckets are split all the while, and old ones used again.
 */
class ShardIndexRaceTest {

    private static final int READERS = 2;
    private static final int KEYS = 30_000;
    private static final int PUTS = 300_000;
    private static final int BATCHES = 200_000;
    private static final String FIRST = "/race/first";
    private static final String SECOND = "/race/second";

    private final Log log = new Log(1 << 18);
    private final ShardIndex index = new ShardIndex(log, Retention.ALL);
    private final AtomicLongArray begun = new AtomicLongArray(KEYS);
    private final AtomicLongArray complete = new AtomicLongArray(KEYS);
    private final AtomicBoolean done = new AtomicBoolean();

    private static String key(int number) {
        return "/race/" + number;
    }

    private void write() {
        var random = new Random(1);
        for (int version = 1; version <= PUTS; version++) {
            // The range grows, so that buckets go on being split to the end.
            int number = random.nextInt((int) ((long) KEYS * version / PUTS) + 1) % KEYS;
            var m = Records.put(key(number), "v");
            long head = index.newest(m, 0);
            begun.set(number, version);
            index.append(m, 0, head, version, version);
            complete.set(number, version);
        }
    }

    private int read(int seed) {
        var random = new Random(seed);
        int reads = 0;
        while (!done.get()) {
            int number = random.nextInt(KEYS);
            byte[] utf8 = key(number).getBytes(StandardCharsets.UTF_8);
            long least = complete.get(number);
            long location = index.newest(utf8, utf8.length);
            long most = begun.get(number);
            var m = location == 0 ? null : log.memory(location);
            long found = m == null ? 0 : RecordLayout.version(m, Log.offset(location));
            assertTrue(
                    least <= found && found <= most,
                    key(number) + ": " + found + " outside " + least + ".." + most);
            reads++;
        }
        return reads;
    }

    @Test
    @Timeout(60)
    void whatIsReadIsNeitherStaleNorFromTheFuture() throws Exception {
        var reads = new ArrayList<Callable<Integer>>();
        for (int r = 0; r < READERS; r++) {
            int seed = r;
            reads.add(() -> read(seed));
        }
        race(this::write, reads);
    }

    private void writeBatches() {
        for (int version = 1; version <= BATCHES; version++) {
            var parts = List.of(Records.put(FIRST, "v"), Records.put(SECOND, "v"));
            index.appendBatch(Records.batch(parts), 0, version, version);
        }
    }

    private long version(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        long location = index.newest(utf8, utf8.length);
        var m = location == 0 ? null : log.memory(location);
        return m == null ? 0 : RecordLayout.version(m, Log.offset(location));
    }

    private int readBatches(String first, String second) {
        int reads = 0;
        while (!done.get()) {
            long found = version(first);
            long later = version(second);
            assertTrue(found <= later, first + ": " + found + ", then " + second + ": " + later);
            reads++;
        }
        return reads;
    }

    /** Whoever has seen one part of a batch sees the other, whichever came first. */
    @Test
    @Timeout(60)
    void nobodySeesHalfABatch() throws Exception {
        race(
                this::writeBatches,
                List.of(() -> readBatches(FIRST, SECOND), () -> readBatches(SECOND, FIRST)));
    }

    private void race(Runnable writes, List<Callable<Integer>> reads) throws Exception {
        try (var threads = Executors.newFixedThreadPool(reads.size() + 1)) {
            var readers = reads.stream().map(threads::submit).toList();
            var writer = threads.submit(writes);
            try {
                writer.get();
            } finally {
                done.set(true);
            }
            var counts = new ArrayList<Integer>();
            for (var reader : readers) {
                counts.add(reader.get(10, TimeUnit.SECONDS));
            }
            assertTrue(counts.stream().allMatch(n -> n > 1000), "reads " + counts);
        }
    }
}
