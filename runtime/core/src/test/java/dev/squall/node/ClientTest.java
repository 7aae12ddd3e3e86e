package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.client.Caller;
import dev.squall.client.Change;
import dev.squall.client.ClientOptions;
import dev.squall.client.PutResult;
import dev.squall.client.Reading;
import dev.squall.client.SquallClient;
import dev.squall.client.Watcher;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client beside three real nodes, over real sockets. */
@Timeout(60)
class ClientTest {

    @TempDir private static Path data = Path.of("."); // set by JUnit

    private static ThreeNodes three;

    @BeforeAll
    static void start() throws IOException {
        three = ThreeNodes.start(data, 3);
        pool("things", StoreKind.VOLATILE, 4, 2);
        pool("kept", StoreKind.PERSISTENT, 2, 3);
        pool("pulses", StoreKind.TRIGGER, 2, 2);
    }

    @AfterAll
    static void stop() {
        three.close();
    }

    private static void pool(String name, StoreKind kind, int shards, int replicas) {
        var spec = new PoolSpec(name, kind, shards, replicas, "", Retention.ALL, "any");
        three.node(1).createPool(spec).join();
    }

    private static SquallClient client() {
        return SquallClient.of(ClientOptions.of("test", three.addresses()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PutResult.Stored stored(CompletableFuture<PutResult> answer) {
        return assertInstanceOf(PutResult.Stored.class, answer.join());
    }

    private static String text(CompletableFuture<Reading> answer) {
        var found = assertInstanceOf(Reading.Found.class, answer.join());
        return new String(found.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsPutIsReadByItsKeyItsVersionAndItsTime() {
        try (var client = client()) {
            var versions = new ArrayList<PutResult.Stored>();
            for (int i = 0; i < 20; i++) {
                for (int v = 0; v < 3; v++) {
                    versions.add(stored(client.put("/things/" + i, bytes(i + "." + v))));
                }
                assertEquals(i + ".2", text(client.get("/things/" + i)));
                var first = versions.get(3 * i);
                assertEquals(i + ".0", text(client.getVersion("/things/" + i, first.version())));
                assertEquals(
                        i + ".1",
                        text(
                                client.getAt(
                                        "/things/" + i,
                                        versions.get(3 * i + 1).timestamp(),
                                        5000)));
            }
            var missing = assertInstanceOf(Reading.Missing.class, client.get("/things/no").join());
            assertEquals(ReadResult.Why.NO_KEY, missing.why());
        }
    }

    @Test
    void conditionsHoldOrSayWhatIsThere() {
        try (var client = client()) {
            var absent = Change.put("/kept/cas", "one").ifAbsent();
            var first = stored(client.change(absent));
            assertEquals(new PutResult.Mismatch(first.version()), client.change(absent).join());
            var next = Change.put("/kept/cas", "two").ifVersion(first.version());
            assertTrue(stored(client.change(next)).version() > first.version());
            assertInstanceOf(PutResult.Mismatch.class, client.change(next).join());
            stored(client.delete("/kept/cas"));
            assertEquals(new PutResult.Absent(), client.delete("/kept/cas").join());
            var gone = assertInstanceOf(Reading.Missing.class, client.get("/kept/cas").join());
            assertEquals(ReadResult.Why.DELETED, gone.why());
        }
    }

    @Test
    void batchesOverShardsAreAllOrNothing() {
        try (var client = client()) {
            var changes = new ArrayList<Change>();
            for (int i = 0; i < 8; i++) {
                changes.add(Change.put("/things/b" + i, "batch " + i).ifAbsent());
            }
            long time = client.batch(changes).join();
            for (int i = 0; i < 8; i++) {
                var found =
                        assertInstanceOf(Reading.Found.class, client.get("/things/b" + i).join());
                assertEquals(time, found.timestamp());
            }
            var again = ThreeNodes.failure(client.batch(changes));
            assertEquals(Failure.Kind.PRECONDITION, again.kind());
        }
    }

    @Test
    void objectsOfAllSizesArriveWholeWhileManyAreUnderWay() {
        try (var client = client()) {
            var random = new Random(7);
            var payloads = new ArrayList<byte[]>();
            var answers = new ArrayList<CompletableFuture<PutResult>>();
            for (int i = 0; i < 400; i++) {
                int size = i % 40 == 0 ? 3_000_000 + i : random.nextInt(i % 4 == 0 ? 100_000 : 500);
                var payload = new byte[size];
                random.nextBytes(payload);
                payloads.add(payload);
                answers.add(client.put("/things/large" + i, payload));
            }
            answers.forEach(ClientTest::stored);
            var readings = new ArrayList<CompletableFuture<Reading>>();
            for (int i = 0; i < payloads.size(); i++) {
                readings.add(client.get("/things/large" + i));
            }
            for (int i = 0; i < payloads.size(); i++) {
                var found = assertInstanceOf(Reading.Found.class, readings.get(i).join());
                assertArrayEquals(payloads.get(i), found.bytes(), "object " + i);
            }
        }
    }

    @Test
    void aClientThatIsFullWaitsAndOneThatIsAnsweredIsRefused() {
        var options = ClientOptions.of("test", three.addresses()).underway(4, 10_000);
        try (var client = SquallClient.of(options)) {
            var answers = new ArrayList<CompletableFuture<PutResult>>();
            for (int i = 0; i < 200; i++) {
                answers.add(client.put("/things/full", new byte[5000]));
            }
            answers.forEach(ClientTest::stored);
            var refused = new CompletableFuture<PutResult>();
            client.get(
                    "/things/full",
                    new Caller<>() {
                        @Override
                        public void answered(Reading found) {
                            for (int i = 0; i < 4; i++) {
                                answers.add(client.put("/things/full", new byte[1]));
                            }
                            var _ =
                                    client.put("/things/full", new byte[1])
                                            .whenComplete((_, e) ->
                                                    refused.completeExceptionally(
                                                            Objects.requireNonNull(e)));
                        }

                        @Override
                        public void failed(Failure failure) {
                            refused.completeExceptionally(failure);
                        }
                    });
            var failure = ThreeNodes.failure(refused);
            assertEquals(Failure.Kind.OVERLOADED, failure.kind());
            assertSays("limits are 4 and 10000", failure);
            answers.forEach(ClientTest::stored);
        }
    }

    private static void assertSays(String words, Failure failure) {
        assertTrue(String.valueOf(failure.getMessage()).contains(words), failure.toString());
    }

    @Test
    void everyRefusalHasItsKind() {
        try (var client = client()) {
            var noPool = ThreeNodes.failure(client.put("/nowhere/x", bytes("x")));
            assertEquals(Failure.Kind.NOT_FOUND, noPool.kind());
            var large = ThreeNodes.failure(client.put("/things/x", new byte[(64 << 20) + 1]));
            assertEquals(Failure.Kind.TOO_LARGE, large.kind());
            assertSays("67108864", large);
            var durable = Change.put("/things/x", "x").durable();
            assertEquals(Failure.Kind.INVALID, ThreeNodes.failure(client.change(durable)).kind());
            var system = assertThrows(Failure.class, () -> client.put("/.squall/x", bytes("x")));
            assertEquals(Failure.Kind.INVALID, system.kind());
            var unbound = ThreeNodes.failure(client.trigger("/pulses/x", bytes("x"), true));
            assertEquals(Failure.Kind.NOT_FOUND, unbound.kind());
            var early = client.getAt("/things/x", Long.MAX_VALUE / 4, 50);
            assertEquals(Failure.Kind.TOO_EARLY, ThreeNodes.failure(early).kind());
        }
        var wrong = ClientOptions.of("another", three.addresses()).timeout(300);
        try (var client = SquallClient.of(wrong)) {
            var failure = ThreeNodes.failure(client.get("/things/x"));
            assertEquals(Failure.Kind.UNAVAILABLE, failure.kind());
            assertSays("cluster 'test'", failure);
        }
    }

    @Test
    void keysAreListedInOrderOverShards() {
        try (var client = client()) {
            var keys = new ArrayList<String>();
            for (int i = 10; i < 60; i++) {
                keys.add("/kept/list/" + i);
                stored(client.put("/kept/list/" + i, bytes("x")));
            }
            var first = client.keys("/kept/list/", "", 30).join();
            assertTrue(first.more());
            assertEquals(keys.subList(0, 30), first.keys());
            var rest = client.keys("/kept/list/", first.keys().getLast(), 30).join();
            assertEquals(keys.subList(30, 50), rest.keys());
            assertEquals(false, rest.more());
        }
    }

    @Test
    void theExampleOfTheManualCountsItsRunsAndIsTheOneThatIsPrintedThere() throws IOException {
        for (int i = 1; i <= 3; i++) {
            ClientExample.main(new String[] {"test", three.addresses()});
            try (var client = client()) {
                assertEquals("" + i, text(client.get("/things/runs")));
            }
        }
        var source = text("runtime/core/src/test/java/dev/squall/node/ClientExample.java");
        var shown = source.substring(source.indexOf("import "));
        assertTrue(text("docs/OPERATING.md").contains("```java\n" + shown + "```\n"));
    }

    /** A file of this project. */
    private static String text(String name) throws IOException {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/OPERATING.md"))) {
            root = Objects.requireNonNull(root.getParent(), "docs/OPERATING.md is nowhere");
        }
        return Files.readString(root.resolve(name));
    }

    private record Sights(ConcurrentLinkedQueue<String> seen) implements Watcher {
        @Override
        public void changed(Event event) {
            var text = StandardCharsets.UTF_8.decode(event.bytes().asByteBuffer());
            seen.add(event.key() + "=" + (event.deleted() ? "-" : text));
        }
    }

    @Test
    void aWatchSeesEveryVersionOnceAndGoesOnWhereAnotherHasStopped() {
        try (var client = client()) {
            stored(client.put("/kept/w/before", bytes("0")));
            var sights = new Sights(new ConcurrentLinkedQueue<>());
            String position;
            try (var watch = client.watch("/kept/w/", "", sights)) {
                for (int i = 0; i < 100; i++) {
                    stored(client.put("/kept/w/" + i, bytes("" + i)));
                }
                stored(client.delete("/kept/w/7"));
                ThreeNodes.await("102 events", () -> sights.seen.size() == 102);
                position = watch.position();
            }
            assertTrue(sights.seen.contains("/kept/w/before=0"));
            assertTrue(sights.seen.contains("/kept/w/7=-"));
            stored(client.put("/kept/w/later", bytes("later")));
            var more = new Sights(new ConcurrentLinkedQueue<>());
            try (var _ = client.watch("/kept/w/", position, more)) {
                ThreeNodes.await("the one after", () -> !more.seen.isEmpty());
                stored(client.put("/kept/w/last", bytes("last")));
                ThreeNodes.await("the last", () -> more.seen.size() == 2);
            }
            assertEquals(
                    List.of("/kept/w/last=last", "/kept/w/later=later"),
                    more.seen.stream().sorted().toList());
            assertNotEquals("", position);
        }
    }
}
