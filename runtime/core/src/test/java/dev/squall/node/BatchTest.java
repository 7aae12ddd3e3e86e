package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several objects in one record of one shard: all of them or none, for every reader. */
@Timeout(60)
class BatchTest {

    private static final int SEGMENT = 16 << 10;

    private final List<String> told = new ArrayList<>();
    private final Log log = new Log(SEGMENT);
    private final ShardStore store = store(log);
    private long version;

    private ShardStore store(Log of) {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 1, 1, "", Retention.ALL, "any");
        return new ShardStore(1, pool, of, (s, _, o) -> told.add(o.key() + there(s)));
    }

    /** How many of the keys that tests use are there. */
    private static int there(ShardStore store) {
        return store.keys("/p/", "", Long.MAX_VALUE, 100).size();
    }

    private static Batch.Part put(String key, String text, long expected) {
        var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
        return new Batch.Part(key, false, bytes, expected);
    }

    private static Batch.Part delete(String key) {
        return new Batch.Part(key, true, MemorySegment.NULL, RecordLayout.ANY);
    }

    private static MemorySegment record(Message message, long stamp) {
        var m = Arena.ofAuto().allocate(message.length(), 32);
        message.write(m, 0, stamp);
        return m;
    }

    private Outcome apply(@Nullable Producer producer, long stamp, Batch.Part... parts) {
        version += 3;
        var message = new BatchMessage(List.of(parts), producer, "");
        return store.apply(record(message, stamp), 0, version);
    }

    private static String text(ReadResult result) {
        var object = assertInstanceOf(ReadResult.Found.class, result).object();
        return new String(object.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Test
    void allPartsHaveOneVersionAndTimeAndAreToldOfWhenAllAreThere() {
        var nobody = new Producer("n", 1, 1);
        assertEquals(
                new Outcome.Stored(3, 50),
                apply(nobody, 50, put("/p/a", "one", 0), put("/p/b", "two", RecordLayout.ANY)));
        assertEquals(List.of("/p/a2", "/p/b2"), told);
        // The key's time grows, and with it that of the whole.
        assertEquals(
                new Outcome.Stored(6, 51),
                apply(new Producer("n", 1, 2), 20, put("/p/b", "three", 3), delete("/p/a")));
        assertEquals("two", text(store.getAt("/p/b", 50)));
        assertEquals("one", text(store.getVersion("/p/a", 5)));
        assertEquals(new ReadResult.Missing(ReadResult.Why.DELETED), store.getAt("/p/a", 51));
        assertEquals(2, store.history("/p/a", 0, Long.MAX_VALUE, 9).size());

        told.clear();
        var again = store(log);
        again.recover(null);
        assertEquals("three", text(again.get("/p/b")));
        assertEquals("two", text(again.getAt("/p/b", 50)));
        assertEquals(List.of(), told);
        var retry = new BatchMessage(List.of(put("/p/c", "x", 0)), nobody, "");
        assertEquals(new Outcome.Repeated(3, 50), again.apply(record(retry, 90), 0, 30));
    }

    @Test
    void oneConditionThatFailsKeepsAllFromHappening() {
        apply(new Producer("n", 1, 1), 5, put("/p/a", "one", 0));
        long size = log.bytes();
        var parts = new Batch.Part[] {put("/p/b", "x", 0), put("/p/a", "x", 0)};
        assertEquals(new Outcome.Unmet("/p/a", 3), apply(null, 6, parts));
        assertEquals(new Outcome.Unmet("/p/c", 0), apply(null, 6, parts[0], delete("/p/c")));
        assertEquals(size, log.bytes());
        assertEquals(1, there(store));
    }

    @Test
    void segmentsWithBatchesAreDroppedLikeOthers() {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 1, 1, "", new Retention(2, 0, 0), "any");
        var tight = new ShardStore(1, pool, log, (_, _, _) -> {});
        for (int i = 1; i <= 200; i++) {
            var parts = List.of(put("/p/a", "a".repeat(500) + i, -1), put("/p/b", "b" + i, -1));
            tight.apply(record(new BatchMessage(parts, null, ""), i), 0, i);
        }
        assertTrue(log.bytes() <= 3L * SEGMENT, log.bytes() + " bytes are kept");
        assertEquals("b199", text(tight.getVersion("/p/b", 199)));
        assertEquals(new ReadResult.Missing(ReadResult.Why.TRIMMED), tight.getVersion("/p/b", 100));
    }

    @Test
    void whoSeesOnePartOfTheNewestSeesAll() throws InterruptedException {
        var half = new AtomicLong();
        var over = new AtomicBoolean();
        var reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!over.get()) {
                                var first = store.get("/p/a");
                                var last = store.get("/p/z");
                                if (first instanceof ReadResult.Found(var a)) {
                                    var z = assertInstanceOf(ReadResult.Found.class, last);
                                    half.addAndGet(z.object().version() < a.version() ? 1 : 0);
                                }
                            }
                        });
        for (int i = 1; i <= 20_000; i++) {
            apply(null, i, put("/p/a", "x", -1), put("/p/m", "x", -1), put("/p/z", "x", -1));
        }
        over.set(true);
        reader.join();
        assertEquals(0, half.get());
    }

    @Test
    void bytesFromOutsideAreABatchOrRefused() {
        var parts = List.of(put("/p/a", "one", 0), put("/p/b", "", 7));
        var message = new BatchMessage(parts, new Producer("who", 1, 2), "");
        byte[] whole = RawMessage.bytes(message);
        assertEquals(List.of("/p/a", "/p/b"), RawMessage.of(whole).keys());
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] cut = random.nextBoolean() ? bytes : head(whole, random.nextInt(whole.length));
            try {
                RawMessage.of(cut);
            } catch (Failure e) {
                refused++;
            }
        }
        assertTrue(refused > 2000, refused + " of 3000 refused");
        assertFalse(BatchLayout.valid(Arena.ofAuto().allocate(96, 32), 96));
    }

    private static byte[] head(byte[] bytes, int length) {
        var head = new byte[length];
        System.arraycopy(bytes, 0, head, 0, length);
        return head;
    }

    @Test
    void whatIsNoBatchIsRefused() {
        assertThrows(Failure.class, () -> new Batch(List.of(), AckLevel.ORDERED, null, ""));
        var twice = List.of(put("/p/a", "1", -1), delete("/p/a"));
        var e = assertThrows(Failure.class, () -> new Batch(twice, AckLevel.ORDERED, null, ""));
        assertTrue(e.toString().contains("/p/a is twice"), e.toString());
    }
}
