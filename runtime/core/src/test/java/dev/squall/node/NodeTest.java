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
import dev.squall.store.StoredObject;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NodeTest {

    @TempDir private Path data = Path.of("."); // set by JUnit

    private static PoolSpec pool(String name, StoreKind kind, int shards, int replicas) {
        return new PoolSpec(name, kind, shards, replicas, "", Retention.ALL, "any");
    }

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(StoredObject object) {
        return new String(object.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static Outcome.Stored stored(CompletableFuture<PutAnswer> answer) {
        return assertInstanceOf(Outcome.Stored.class, answer.join().outcome());
    }

    private static StoredObject read(Node node, String key) {
        var store = node.store(node.route(key).shard()).orElseThrow();
        return assertInstanceOf(ReadResult.Found.class, store.get(key)).object();
    }

    @Test
    void aPutToOneNodeIsReadFromAllWithTheSameVersionAndTime() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(2).createPool(pool("things", StoreKind.VOLATILE, 2, 3)).join();
            for (int n = 1; n <= 3; n++) {
                assertEquals(1, three.node(n).pools().size(), "pools at node " + n);
            }
            var put = Put.of("/things/a", bytes("hello"), AckLevel.APPLIED);
            var answer = stored(three.node(1).put(put));
            for (int n = 1; n <= 3; n++) {
                var object = read(three.node(n), "/things/a");
                assertEquals("hello", text(object));
                assertEquals(answer.version(), object.version());
                assertEquals(answer.timestamp(), object.timestamp());
            }
        }
    }

    @Test
    void aThousandPutsToOneKeyFromThreeNodesGiveOneHistory() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var answers = new ArrayList<CompletableFuture<PutAnswer>>();
            for (int i = 0; i < 1000; i++) {
                var put = Put.of("/things/a", bytes("v" + i), AckLevel.APPLIED);
                answers.add(three.node(i % 3 + 1).put(put));
            }
            answers.forEach(NodeTest::stored);
            List<String> first = List.of();
            for (int n = 1; n <= 3; n++) {
                var node = three.node(n);
                var store = node.store(node.route("/things/a").shard()).orElseThrow();
                var history =
                        store.history("/things/a", 0, Long.MAX_VALUE, 5000).stream()
                                .map(o -> o.version() + " " + o.timestamp() + " " + text(o))
                                .toList();
                assertEquals(1000, history.size());
                first = n == 1 ? history : first;
                assertEquals(first, history);
            }
        }
    }

    @Test
    void objectsLargerThanTheRingArriveWhole() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var random = new Random(7);
            var answers = new ArrayList<CompletableFuture<PutAnswer>>();
            var payloads = new ArrayList<byte[]>();
            for (int i = 0; i < 6; i++) {
                byte[] large = new byte[3_000_000 + i];
                random.nextBytes(large);
                payloads.add(large);
                answers.add(
                        three.node(i % 3 + 1)
                                .put(
                                        Put.of(
                                                "/things/" + i,
                                                MemorySegment.ofArray(large),
                                                AckLevel.APPLIED)));
            }
            answers.forEach(NodeTest::stored);
            for (int i = 0; i < 6; i++) {
                for (int n = 1; n <= 3; n++) {
                    var object = read(three.node(n), "/things/" + i);
                    assertEquals(
                            -1,
                            object.bytes().mismatch(MemorySegment.ofArray(payloads.get(i))),
                            "object " + i + " at node " + n);
                }
            }
        }
    }

    @Test
    void durableObjectsAndPoolsAreThereAfterARestartOfAll() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("kept", StoreKind.PERSISTENT, 2, 3)).join();
            long newest = 0;
            for (int i = 0; i < 50; i++) {
                var put = Put.of("/kept/" + i, bytes("value " + i), AckLevel.DURABLE);
                newest = Math.max(newest, stored(three.node(i % 3 + 1).put(put)).version());
            }
            three.stopAll();
            three.startAll();
            for (int i = 0; i < 50; i++) {
                assertEquals("value " + i, text(read(three.node(i % 3 + 1), "/kept/" + i)));
            }
            var again = Put.of("/kept/0", bytes("next life"), AckLevel.DURABLE);
            assertTrue(stored(three.node(2).put(again)).version() > newest);
        }
    }

    @Test
    void compareAndSetLetsOneOfManyThrough() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var answers = new ArrayList<CompletableFuture<PutAnswer>>();
            for (int i = 0; i < 30; i++) {
                answers.add(
                        three.node(i % 3 + 1)
                                .put(
                                        new Put(
                                                "/things/once",
                                                false,
                                                bytes("by " + i),
                                                AckLevel.ORDERED,
                                                0,
                                                null,
                                                "")));
            }
            long won =
                    answers.stream()
                            .map(a -> a.join().outcome())
                            .filter(o -> o instanceof Outcome.Stored)
                            .count();
            assertEquals(1, won);
        }
    }

    @Test
    void aRetryOfAProducerAppliesOnceAndGetsItsFirstAnswer() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var producer = Producer.parse("camera/1/7");
            var put =
                    new Put(
                            "/things/frame",
                            false,
                            bytes("frame"),
                            AckLevel.ORDERED,
                            RecordLayout.ANY,
                            producer,
                            "");
            var first = stored(three.node(1).put(put));
            var again =
                    assertInstanceOf(
                            Outcome.Repeated.class, three.node(2).put(put).join().outcome());
            assertEquals(first.version(), again.version());
            assertEquals(first.timestamp(), again.timestamp());
        }
    }

    @Test
    void aReadAtThePutsOwnTimeFindsItAndALaterOneIsNotSeen() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var first =
                    stored(three.node(1).put(Put.of("/things/a", bytes("1"), AckLevel.ORDERED)));
            stored(three.node(1).put(Put.of("/things/a", bytes("2"), AckLevel.ORDERED)));
            var node = three.node(3);
            int shard = node.route("/things/a").shard();
            node.awaitTime(shard, first.timestamp(), 5000).join();
            var found =
                    assertInstanceOf(
                            ReadResult.Found.class,
                            node.store(shard).orElseThrow().getAt("/things/a", first.timestamp()));
            assertEquals("1", text(found.object()));
        }
    }

    @Test
    void aTimeInTheFutureIsTooEarly() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            var node = three.node(1);
            int shard = node.route("/things/a").shard();
            long future = System.currentTimeMillis() * 1000 + 3_600_000_000L;
            assertEquals(
                    Failure.Kind.TOO_EARLY,
                    ThreeNodes.failure(node.awaitTime(shard, future, 50)).kind());
        }
    }

    @Test
    void theOthersGoOnWithoutAMemberThatDies() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.PERSISTENT, 2, 3)).join();
            stored(three.node(1).put(Put.of("/things/a", bytes("1"), AckLevel.DURABLE)));
            three.node(3).kill();
            var second = three.node(1).put(Put.of("/things/a", bytes("2"), AckLevel.DURABLE));
            assertTrue(stored(second).version() > 0);
            assertEquals("2", text(read(three.node(2), "/things/a")));
            assertEquals(2, three.node(1).state().view());
            three.restart(3);
            assertEquals("2", text(read(three.node(3), "/things/a")));
            stored(three.node(3).put(Put.of("/things/a", bytes("3"), AckLevel.APPLIED)));
            assertEquals("3", text(read(three.node(1), "/things/a")));
        }
    }

    @Test
    void aMemberThatLeavesIsNotMissedAndFindsWhatItLacksWhenItComesBack() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("fleeting", StoreKind.VOLATILE, 1, 3)).join();
            stored(three.node(2).put(Put.of("/fleeting/a", bytes("1"), AckLevel.APPLIED)));
            three.node(1).close();
            for (int i = 0; i < 100; i++) {
                stored(three.node(2).put(Put.of("/fleeting/" + i, bytes("x"), AckLevel.ORDERED)));
            }
            three.restart(1);
            assertEquals("1", text(read(three.node(1), "/fleeting/a")));
            assertEquals("x", text(read(three.node(1), "/fleeting/99")));
        }
    }

    /** None is left out, or only the last one to go could bring the others back. */
    @Test
    void whenAllGoAtOnceAnyMajorityCanBeginAgain() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.PERSISTENT, 1, 3)).join();
            for (int gone : new int[] {1, 3}) {
                var value = bytes("before " + gone);
                stored(three.node(2).put(Put.of("/things/a", value, AckLevel.DURABLE)));
                three.stopAllAtOnce();
                three.startAllBut(gone);
                var there = three.node(gone == 1 ? 2 : 1);
                assertEquals("before " + gone, text(read(there, "/things/a")));
                three.restart(gone);
            }
        }
    }

    @Test
    void whoIsLeftWithoutAMajorityRefusesPutsAndServesReads() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("things", StoreKind.VOLATILE, 1, 3)).join();
            stored(three.node(1).put(Put.of("/things/a", bytes("1"), AckLevel.APPLIED)));
            three.node(1).kill();
            three.node(3).kill();
            ThreeNodes.await(
                    "the loss to be noticed",
                    () -> three.node(2).state().phase() == NodeState.Phase.WEDGED);
            var failure =
                    ThreeNodes.failure(
                            three.node(2).put(Put.of("/things/a", bytes("2"), AckLevel.ORDERED)));
            assertEquals(Failure.Kind.UNAVAILABLE, failure.kind());
            assertTrue(String.valueOf(failure.getMessage()).contains("majority"));
            assertEquals("1", text(read(three.node(2), "/things/a")));
        }
    }
}
