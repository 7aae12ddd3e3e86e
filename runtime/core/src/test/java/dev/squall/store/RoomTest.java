package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A shard with a budget: what is refused, what goes, and that all replicas do alike. */
class RoomTest {

    private static final int BUDGET = 16 << 10;
    private static final int SEEDS = 60;
    private static final int STEPS = 400;

    private long version;

    private static PoolSpec pool(StoreKind kind, Retention retention, Budget.Full full) {
        return new PoolSpec("p", kind, 1, 1, "", retention, "any")
                .withBudget(new Budget(BUDGET, full));
    }

    private static ShardStore store(PoolSpec pool) {
        return new ShardStore(
                1, pool, new Log(pool.budget().segmentBytes(1 << 20)), (_, _, _) -> {});
    }

    private static ShardStore refuses(Retention retention) {
        return store(pool(StoreKind.VOLATILE, retention, Budget.Full.REFUSE));
    }

    private static ShardStore evicts() {
        return store(pool(StoreKind.VOLATILE, Retention.ALL, Budget.Full.EVICT));
    }

    private Outcome apply(ShardStore store, MemorySegment m) {
        version++;
        RecordLayout.stamp(m, 0, version);
        return store.apply(m, 0, version);
    }

    private Outcome put(ShardStore store, String key, int bytes) {
        return apply(store, Records.put(key, new byte[bytes]));
    }

    private static MemorySegment by(int sequence, int bytes) {
        var m = Records.of(RecordLayout.KIND_PUT, "/p/" + sequence, "cam", new byte[bytes]);
        RecordLayout.writeRequest(m, 0, 0, RecordLayout.ANY, 1, sequence);
        return m;
    }

    /** Puts until one is refused. Returns how many were stored. */
    private int fill(ShardStore store, int bytes) {
        int count = 0;
        while (put(store, "/p/k" + count, bytes) instanceof Outcome.Stored) {
            count++;
        }
        return count;
    }

    @Test
    void aFullShardRefusesAndNothingHappens() {
        var store = refuses(Retention.ALL);
        int stored = fill(store, 900);
        assertTrue(stored > 12 && stored < 17, "stored " + stored);
        assertTrue(store.room().used() <= BUDGET, "used " + store.room().used());
        var before = store.state();
        long used = store.room().used();
        assertEquals(
                new Outcome.Full(used, 1024 + Room.KEY_BYTES, BUDGET, false),
                put(store, "/p/new", 900));
        assertEquals(
                new Outcome.Full(used, 1024, BUDGET, false),
                put(store, "/p/k0", 900),
                "no new key");
        assertEquals(-1, before.mismatch(store.state()));
        assertEquals(3, store.room().refused());
        assertInstanceOf(Outcome.Stored.class, put(store, "/p/k0", 1), "a smaller one fits");
    }

    @Test
    void aRetryOfWhatIsThereGetsItsFirstAnswerAndOneOfWhatIsNotIsDecidedAnew() {
        var store = refuses(new Retention(1, 0, 0));
        var first = assertInstanceOf(Outcome.Stored.class, apply(store, by(1, 100)));
        int stored = fill(store, 900);
        var late = by(2, 900);
        assertInstanceOf(Outcome.Full.class, apply(store, late));
        assertInstanceOf(Outcome.Full.class, apply(store, late), "the same answer");
        assertEquals(
                new Outcome.Repeated(first.version(), first.timestamp()), apply(store, by(1, 100)));
        apply(store, Records.delete("/p/1"));
        for (int i = 0; i < stored; i++) { // they go with their segments
            assertInstanceOf(Outcome.Stored.class, apply(store, Records.delete("/p/k" + i)));
        }
        assertInstanceOf(Outcome.Stored.class, apply(store, late), "there is room again");
        assertInstanceOf(Outcome.Repeated.class, apply(store, late), "once");
    }

    @Test
    void deletesFindAReserveThatHasAnEnd() {
        var store = refuses(Retention.ALL);
        fill(store, 20);
        while (put(store, "/p/k0", 20) instanceof Outcome.Stored) {
            assertTrue(store.room().used() <= BUDGET, "used " + store.room().used());
        }
        int deleted = 0;
        while (apply(store, Records.delete("/p/k" + deleted)) instanceof Outcome.Stored) {
            deleted++;
        }
        assertTrue(deleted > 3, "deleted " + deleted);
        assertTrue(store.room().used() <= BUDGET + BUDGET / 4);
        assertInstanceOf(
                Outcome.Full.class, apply(store, Records.delete("/p/k" + deleted)), "as said");
    }

    @Test
    void theOldestGoesWhereThePoolSaysSo() {
        var store = evicts();
        for (int i = 0; i < 500; i++) {
            assertInstanceOf(Outcome.Stored.class, put(store, "/p/k" + i, 200));
            assertTrue(store.room().used() <= BUDGET, i + ": used " + store.room().used());
        }
        assertInstanceOf(ReadResult.Found.class, store.get("/p/k499"));
        assertInstanceOf(ReadResult.Found.class, store.get("/p/k470"), "most of it is in use");
        assertInstanceOf(ReadResult.Missing.class, store.get("/p/k0"));
        assertTrue(store.room().evicted() > 100_000, "evicted " + store.room().evicted());
        var tooLarge = assertInstanceOf(Outcome.Full.class, put(store, "/p/large", BUDGET / 2));
        assertEquals(BUDGET, tooLarge.budget());
        assertInstanceOf(ReadResult.Found.class, store.get("/p/k470"), "nothing went for it");
        assertInstanceOf(Outcome.Stored.class, put(store, "/p/large", BUDGET / 2 - 1000));
        assertTrue(store.room().used() <= BUDGET, "used " + store.room().used());
    }

    @Test
    void aPersistentShardCountsItsKeys() {
        var store = store(pool(StoreKind.PERSISTENT, Retention.ALL, Budget.Full.REFUSE));
        int keys = fill(store, 5_000);
        assertEquals(BUDGET / Room.KEY_BYTES, keys);
        assertTrue(store.log().bytes() > 100L * BUDGET);
        assertInstanceOf(Outcome.Stored.class, put(store, "/p/k0", 100_000), "no new key");
    }

    @Test
    void chunksAreCountedAndTheEndOfAnUploadIsNot() {
        var store = refuses(Retention.ALL);
        int index = 0;
        while (apply(store, chunk(index, 1000)) instanceof Outcome.Stored) {
            index++;
        }
        assertTrue(index > 10 && index < 16, index + " chunks");
        assertInstanceOf(Outcome.Full.class, apply(store, chunk(index, 1000)));
        assertInstanceOf(Outcome.Stored.class, apply(store, chunk(BulkLayout.GIVEN_UP, 0)));
    }

    private static MemorySegment chunk(int index, int bytes) {
        var payload = new byte[BulkLayout.CHUNK_HEADER_BYTES + bytes];
        BulkLayout.writeChunk(MemorySegment.ofArray(payload), 77, index);
        return Records.of(RecordLayout.KIND_CHUNK, "/p/film", "", payload);
    }

    /** However a replica came to its log, it counts the same and decides the same from then on. */
    @Test
    void aReplicaThatWasFilledDecidesLikeTheOthers() {
        int refused = 0;
        long evicted = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var retention = new Retention(random.nextInt(3), 0, random.nextInt(2) * 3L);
            var pool =
                    pool(
                            StoreKind.VOLATILE,
                            retention,
                            random.nextBoolean() ? Budget.Full.EVICT : Budget.Full.REFUSE);
            var ran = store(pool);
            version = 0;
            for (int step = 0; step < STEPS; step++) {
                apply(ran, change(random, step));
            }
            evicted += ran.room().evicted();
            var others = List.of(filled(ran, pool), ran.upTo(Long.MAX_VALUE));
            for (int step = 0; step < STEPS; step++) {
                var m = change(random, STEPS + step);
                var first = apply(ran, m);
                refused += first instanceof Outcome.Full ? 1 : 0;
                for (var other : others) {
                    assertEquals(first, other.apply(m, 0, version), seed + ", step " + step);
                    assertEquals(ran.room().used(), other.room().used(), seed + ", step " + step);
                }
            }
        }
        assertNotEquals(0, refused);
        assertNotEquals(0, evicted);
    }

    private static MemorySegment change(Random random, int step) {
        var key = "/p/" + random.nextInt(40);
        if (random.nextInt(4) == 0) {
            return Records.delete(key);
        }
        int kind = RecordLayout.KIND_PUT;
        var who = random.nextBoolean() ? "" : "edge-" + random.nextInt(5);
        var m = Records.of(kind, key, who, new byte[random.nextInt(1200)]);
        long expected = random.nextInt(4) == 0 ? 0 : RecordLayout.ANY;
        RecordLayout.writeRequest(m, 0, 0, expected, 1, Math.max(0, step - random.nextInt(9)));
        return m;
    }

    private static ShardStore filled(ShardStore source, PoolSpec pool) {
        var store = store(pool);
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
                    RecordLayout.flags(copy, 0, RecordLayout.FLAG_REPLAY);
                    store.apply(copy, 0, 0);
                    return true;
                });
        return store;
    }
}
