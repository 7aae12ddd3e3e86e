package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Log;
import dev.squall.store.ModelStore.Change;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random changes, each answered and read back as {@link ModelStore} says. */
class ShardStoreTest {

    private static final int SEEDS = 40;
    private static final int STEPS = 400;
    private static final int SMALL = 4096;
    private static final int TINY = 1024;
    private static final int PRODUCERS = 8;

    private static ShardStore store(Log log, Retention retention, PutListener listener) {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 1, 1, "", retention, "any");
        return new ShardStore(1, pool, log, listener);
    }

    private static ShardStore store(Retention retention) {
        return store(new Log(SMALL), retention, (_, _, _) -> {});
    }

    private static MemorySegment record(Change c) {
        int kind = c.delete() ? RecordLayout.KIND_DELETE : RecordLayout.KIND_PUT;
        var text = c.text().getBytes(StandardCharsets.UTF_8);
        var m = Records.of(kind, c.key(), c.producer(), text);
        RecordLayout.writeRequest(m, 0, 0, c.expected(), c.incarnation(), c.sequence());
        RecordLayout.stamp(m, 0, c.stamp());
        return m;
    }

    private static Change change(Random random, int step, ModelStore model) {
        var key = "/p/" + (char) ('a' + random.nextInt(3)) + random.nextInt(3);
        boolean delete = random.nextInt(5) == 0;
        long there = model.at(key, Long.MAX_VALUE).map(ModelStore.Entry::version).orElse(0L);
        long[] conditions = {RecordLayout.ANY, RecordLayout.ANY, there, 0, there + 1};
        return new Change(
                key,
                delete,
                delete ? "" : "text " + step + "x".repeat(random.nextInt(200)),
                1000 + step * 10L - random.nextInt(50),
                conditions[random.nextInt(conditions.length)],
                random.nextBoolean() ? "" : "edge-" + random.nextInt(PRODUCERS),
                1 + step / 150,
                Math.max(0, step - random.nextInt(100)));
    }

    private static Optional<ModelStore.Entry> seen(ReadResult result) {
        return switch (result) {
            case ReadResult.Found(var o) -> Optional.of(entry(o));
            case ReadResult.Missing _ -> Optional.empty();
        };
    }

    private static ModelStore.Entry entry(StoredObject o) {
        var text = new String(o.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        return new ModelStore.Entry(o.version(), o.timestamp(), text, o.deleted());
    }

    @Test
    void everyChangeIsAnsweredAndReadAsByTheModel() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var model = new ModelStore();
            var log = new Log(SMALL);
            var told = new ArrayList<Long>();
            var store = store(log, Retention.ALL, (_, _, o) -> told.add(o.version()));
            var stored = new ArrayList<Long>();
            for (int step = 1; step <= STEPS; step++) {
                var change = change(random, step, model);
                long version = step * 2L;
                var expected = model.apply(change, version);
                assertEquals(expected, store.apply(record(change), 0, version), seed + ":" + step);
                if (expected instanceof Outcome.Stored) {
                    stored.add(version);
                }
            }
            assertEquals(stored, told, "the listener, seed " + seed);
            check(model, store, random, "seed " + seed);
            var again = store(log, Retention.ALL, (_, _, _) -> {});
            again.recover(null);
            check(model, again, random, "recovered, seed " + seed);
            retries(model, again, random, seed);
        }
    }

    private static void check(ModelStore model, ShardStore store, Random random, String which) {
        for (char c = 'a'; c < 'd'; c++) {
            for (int i = 0; i < 3; i++) {
                var key = "/p/" + c + i;
                var all = store.history(key, 0, Long.MAX_VALUE, STEPS).stream();
                assertEquals(model.all(key), all.map(ShardStoreTest::entry).toList(), which);
                assertEquals(there(model.at(key, Long.MAX_VALUE)), seen(store.get(key)), which);
                for (int n = 0; n < 20; n++) {
                    long v = random.nextLong(2 * STEPS + 5);
                    assertEquals(there(model.at(key, v)), seen(store.getVersion(key, v)), which);
                    long t = 900 + random.nextLong(10 * STEPS + 300);
                    assertEquals(there(model.atTime(key, t)), seen(store.getAt(key, t)), which);
                }
            }
            long t = 900 + random.nextLong(10 * STEPS + 300);
            assertEquals(model.keysAt("/p/" + c, t), store.keys("/p/" + c, "", t, 100), which);
        }
        assertEquals(model.keysAt("/p", Long.MAX_VALUE), pages(store), which);
    }

    private static Optional<ModelStore.Entry> there(Optional<ModelStore.Entry> entry) {
        return entry.filter(e -> !e.deleted());
    }

    private static List<String> pages(ShardStore store) {
        var found = new ArrayList<String>();
        var page = store.keys("/p", "", Long.MAX_VALUE, 2);
        while (!page.isEmpty()) {
            found.addAll(page);
            page = store.keys("/p", page.getLast(), Long.MAX_VALUE, 2);
        }
        return found;
    }

    /** What producers had sent before the restart is still known after it. */
    private static void retries(ModelStore model, ShardStore store, Random random, int seed) {
        for (int n = 0; n < 100; n++) {
            var change =
                    new Change(
                            "/p/a0",
                            false,
                            "again",
                            0,
                            RecordLayout.ANY,
                            "edge-" + n % PRODUCERS,
                            1 + random.nextInt(3),
                            STEPS - random.nextInt(150));
            long version = 10_000L + n;
            assertEquals(
                    model.apply(change, version),
                    store.apply(record(change), 0, version),
                    seed + ": " + change);
        }
    }

    @Test
    void aRetentionByBytesKeepsTheNewest() {
        var store = store(new Retention(0, 3 * SMALL, 0));
        for (int v = 1; v <= 500; v++) {
            put(store, "/p/" + v % 5, "x".repeat(100), v, v);
            assertTrue(store.log().bytes() <= 3 * SMALL, "bytes " + store.log().bytes());
        }
        var first = store.history("/p/0", 0, Long.MAX_VALUE, 500).getFirst();
        assertTrue(first.version() > 400, "the oldest that is left: " + first.version());
        assertMissing(ReadResult.Why.TRIMMED, store.getVersion("/p/0", 5));
        assertMissing(ReadResult.Why.NO_KEY, store.get("/p/9"));
    }

    @Test
    void aRetentionByAgeGoesByTheObjectsTimes() {
        var store = store(new Retention(0, 0, 10)); // 10 ms
        for (int v = 1; v <= 500; v++) {
            put(store, "/p/a", "x".repeat(100), v, v * 1000L);
        }
        var first = store.history("/p/a", 0, Long.MAX_VALUE, 500).getFirst();
        assertTrue(
                first.timestamp() >= 450_000 && first.timestamp() < 490_000,
                "oldest " + first.timestamp());
    }

    @Test
    void aRetentionByVersionsKeepsSoManyOfEachKey() {
        var store = store(new Retention(3, 0, 0));
        put(store, "/p/rare", "once", 1, 1);
        for (int v = 2; v <= 500; v++) {
            put(store, "/p/often", "x".repeat(100), v, v);
        }
        var kept = store.history("/p/often", 0, Long.MAX_VALUE, 500);
        assertEquals(List.of(498L, 499L, 500L), kept.stream().map(o -> o.version()).toList());
        assertEquals(1, store.history("/p/rare", 0, Long.MAX_VALUE, 9).size());
        assertMissing(ReadResult.Why.TRIMMED, store.getVersion("/p/often", 5));
    }

    /**
     * The disk of one node may have let go of old files that another's still has. After a restart
     * of both they must answer alike: the one that remembered more would make other versions.
     */
    @Test
    void aRecoveredStoreAnswersLikeOneThatRanOn() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var retention = new Retention(random.nextInt(3), random.nextInt(2) * 3L * TINY, 2);
            var ran = store(new Log(TINY), retention, (_, _, _) -> {});
            var everything = new Log(TINY);
            var all = store(everything, Retention.ALL, (_, _, _) -> {});
            var none = new ModelStore();
            for (int step = 1; step <= STEPS; step++) {
                var m = record(change(random, step, none));
                if (ran.apply(m, 0, step) instanceof Outcome.Stored(long version, long time)) {
                    replay(all, m, version, time);
                }
            }
            var late = store(everything, retention, (_, _, _) -> {});
            late.recover(null);
            var filled = filled(ran, retention);
            var copied = ran.upTo(Long.MAX_VALUE);
            assertSameAnswers(List.of(ran, late, filled, copied), random, "seed " + seed);
        }
    }

    /** A replica that was sent all that another one still has. */
    private static ShardStore filled(ShardStore source, Retention retention) {
        var store = store(new Log(TINY), retention, (_, _, _) -> {});
        var log = source.log();
        if (log.before() > 0) {
            var opening = Opening.record(log, log.first());
            RecordLayout.flags(opening, 0, RecordLayout.FLAG_REPLAY);
            store.apply(opening, 0, 0);
        }
        log.visit(
                log.first(),
                (_, m, at) -> {
                    var copy = Arena.ofAuto().allocate(RecordLayout.length(m, at), 32);
                    MemorySegment.copy(m, at, copy, 0, copy.byteSize());
                    replay(store, copy, RecordLayout.version(m, at), RecordLayout.timestamp(m, at));
                    return true;
                });
        return store;
    }

    private static void replay(ShardStore store, MemorySegment m, long version, long time) {
        RecordLayout.flags(m, 0, RecordLayout.FLAG_REPLAY);
        RecordLayout.commit(m, 0, version, time);
        store.apply(m, 0, 0);
    }

    private static void assertSameAnswers(List<ShardStore> stores, Random random, String which) {
        var none = new ModelStore();
        for (int n = 1; n <= STEPS; n++) {
            var m = record(change(random, STEPS - random.nextInt(100), none));
            var first = stores.getFirst().apply(m, 0, STEPS + n);
            var keys = stores.getFirst().keys("/p", "", Long.MAX_VALUE, 100);
            for (var store : stores) {
                if (store != stores.getFirst()) {
                    assertEquals(first, store.apply(m, 0, STEPS + n), which + " step " + n);
                }
                assertEquals(keys, store.keys("/p", "", Long.MAX_VALUE, 100), which);
                assertEquals(-1, store.sessions().mismatch(stores.getFirst().sessions()), which);
            }
        }
    }

    private static void put(ShardStore store, String key, String text, long version, long time) {
        var m = Records.put(key, text);
        RecordLayout.stamp(m, 0, time);
        assertInstanceOf(Outcome.Stored.class, store.apply(m, 0, version));
    }

    private static void assertMissing(ReadResult.Why why, ReadResult result) {
        assertEquals(new ReadResult.Missing(why), result);
    }
}
