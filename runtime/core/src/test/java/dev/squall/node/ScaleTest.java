package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool gets other shards while it is used, on real nodes over real sockets. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ScaleTest {

    private static final int KEYS = 600;

    @TempDir private Path data = Path.of("."); // set by JUnit

    private static PoolSpec pool(int shards, int replicas) {
        return new PoolSpec(
                "things", StoreKind.PERSISTENT, shards, replicas, "", Retention.ALL, "any");
    }

    private static Put put(String key, String value, long expected) {
        var bytes = MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8));
        return new Put(key, false, bytes, AckLevel.ORDERED, expected, null, "");
    }

    private static String key(int i) {
        return "/things/k" + i;
    }

    private static Outcome.Stored stored(Node node, Put put) {
        return assertInstanceOf(Outcome.Stored.class, node.putAnywhere(put).join().outcome());
    }

    private static String text(ReadResult result) {
        return result instanceof ReadResult.Found(var object)
                ? new String(object.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)
                : result.toString();
    }

    private static void scale(ThreeNodes three, PoolSpec spec) {
        three.node(1).createPool(spec).join();
        for (int n = 1; n <= 3; n++) {
            var node = three.node(n);
            ThreeNodes.await(
                    spec.shards() + " shards at node " + n,
                    () ->
                            node.pools().getFirst().equals(spec)
                                    && node.where().moves("things") == 0
                                    && node.state().ready());
        }
    }

    private static long moved(Node node) {
        long moved = 0;
        for (int shard : node.shards("things")) {
            moved += node.store(shard).orElseThrow().imports().count();
        }
        return moved;
    }

    @Test
    void keysThatMoveKeepVersionTimeAndPast() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(2).createPool(pool(2, 3)).join();
            Map<String, Outcome.Stored> first = new HashMap<>();
            for (int i = 0; i < KEYS; i++) {
                first.put(key(i), stored(three.node(1 + i % 3), put(key(i), "old" + i, -1)));
            }
            scale(three, pool(3, 3));
            long moved = moved(three.node(1));
            assertTrue(moved > KEYS / 5 && moved < KEYS / 2, moved + " of " + KEYS + " moved");
            for (int i = 0; i < KEYS; i++) {
                var node = three.node(1 + i % 3);
                var before = Objects.requireNonNull(first.get(key(i)));
                var found = assertInstanceOf(ReadResult.Found.class, node.reads().newest(key(i)));
                assertEquals(before.version(), found.object().version());
                assertEquals(before.timestamp(), found.object().timestamp());
                var now = stored(node, put(key(i), "new" + i, before.version()));
                var past = node.reads().at(key(i), before.timestamp(), 5000).join();
                assertEquals("old" + i, text(past));
                assertEquals("old" + i, text(node.reads().version(key(i), now.version() - 1)));
            }
            scale(three, pool(2, 3));
            for (int i = 0; i < KEYS; i++) {
                var node = three.node(1 + i % 3);
                assertEquals("new" + i, text(node.reads().newest(key(i))));
                long then = Objects.requireNonNull(first.get(key(i))).timestamp();
                var past = node.reads().at(key(i), then, 5000).join();
                assertEquals("old" + i, text(past));
            }
            var parts = three.node(3).where().parts("things", Long.MAX_VALUE);
            var listed = new ArrayList<String>();
            for (var part : parts) {
                listed.addAll(
                        three.node(3).reads().keys(part, "/things/", "", Long.MAX_VALUE, 9999));
            }
            assertEquals(KEYS, listed.size());
            assertEquals(
                    KEYS, Map.copyOf(first).keySet().stream().filter(listed::contains).count());
        }
    }

    @Test
    void nothingIsLostAndNoReadFailsWhileItIsUsed() throws Exception {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool(2, 3)).join();
            var going = new AtomicBoolean(true);
            var reads = new AtomicInteger();
            var failures = new ArrayList<String>();
            var written = new ArrayList<Map<String, Integer>>();
            var threads = new ArrayList<Thread>();
            for (int n = 1; n <= 3; n++) {
                var mine = new HashMap<String, Integer>();
                written.add(mine);
                var node = three.node(n);
                int writer = n;
                threads.add(
                        Thread.startVirtualThread(
                                () -> use(node, writer, mine, going, reads, failures)));
            }
            for (int shards : List.of(3, 2)) {
                ThreeNodes.await("reads", () -> reads.get() > 500 * shards);
                scale(three, pool(shards, 3));
            }
            going.set(false);
            for (var thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), failures);
            for (var mine : written) {
                for (var last : mine.entrySet()) {
                    for (var node : three.nodes) { // the others may be a moment behind
                        ThreeNodes.await(
                                last.toString(),
                                () ->
                                        last.getValue()
                                                .toString()
                                                .equals(text(node.reads().newest(last.getKey()))));
                    }
                }
            }
        }
    }

    /** Writes keys of its own and reads each at once: it must see what it has written. */
    private static void use(
            Node node,
            int writer,
            Map<String, Integer> mine,
            AtomicBoolean going,
            AtomicInteger reads,
            List<String> failures) {
        int i = 0;
        while (going.get()) {
            var key = "/things/w" + writer + "-" + i++ % 50;
            try {
                int next = mine.getOrDefault(key, 0) + 1;
                var put = put(key, String.valueOf(next), -1);
                var _ = stored(node, put);
                mine.put(key, next);
                var found = text(node.reads().newest(key));
                reads.incrementAndGet();
                if (!found.equals(String.valueOf(next))) {
                    fail(failures, key + " is " + found + ", not " + next);
                }
            } catch (CompletionException | Failure e) {
                fail(failures, key + ": " + e);
            }
        }
    }

    private static void fail(List<String> failures, String what) {
        synchronized (failures) {
            failures.add(what);
        }
    }
}
