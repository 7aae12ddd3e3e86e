package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches over shards that lie on different processes, and the death of the one that was asked. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TicketsIT {

    private static final int KEYS = 8;
    private static final List<NodeProcess> NODES = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        NODES.addAll(NodeProcess.start(3, directory));
        node(2).pool("one", "{\"store\":\"persistent\",\"shards\":3,\"replicas\":2}");
        node(3).pool("two", "{\"store\":\"persistent\",\"shards\":2,\"replicas\":3}");
        node(1).pool("memory", "{\"shards\":2,\"replicas\":1}");
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    private static String key(int i) {
        return (i % 2 == 0 ? "/one/k" : "/two/k") + i;
    }

    /** Puts the same text under all keys. */
    private static String batch(String text) {
        var body = new StringBuilder("{\"put\":[");
        for (int i = 0; i < KEYS; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"key\":\"%s\",\"text\":\"%s\"}".formatted(key(i), text));
        }
        return body.append("]}").toString();
    }

    private static String snapshot() {
        var query = new StringBuilder("/v1/snapshot?wait=20s");
        for (int i = 0; i < KEYS; i++) {
            query.append("&key=").append(key(i));
        }
        return query.toString();
    }

    /** What a cut shows: one text, or none. */
    private static String seen(Rest at, String query) {
        var texts = new TreeSet<String>();
        at.get(query)
                .is(200)
                .json()
                .path("objects")
                .forEach(o -> texts.add(o.path("base64").asText("")));
        assertEquals(1, texts.size(), "a cut shows half: " + texts);
        return texts.first();
    }

    @Test
    @Order(1)
    void allOrNothingOverShardsAndPoolsAtOneTime() {
        for (int n = 1; n <= 3; n++) {
            var done = node(n).post("/v1/batch", batch("n" + n), "Squall-Producer", "it/1/" + n);
            var reply = done.is(200).json();
            var shards = new TreeSet<Integer>();
            reply.path("keys").forEach(k -> shards.add(k.path("shard").asInt()));
            assertTrue(shards.size() > 2, "shards " + shards);
            long time = reply.path("timestamp").asLong();
            for (int i = 0; i < KEYS; i++) {
                var got = node(1 + i % 3).get("/v1/objects" + key(i)).is(200);
                assertEquals("n" + n, got.text());
                assertEquals(Long.toString(time), got.header("Squall-Timestamp"));
                assertEquals(
                        reply.at("/keys/" + i + "/version").asText(), got.header("Squall-Version"));
            }
            var again =
                    node(1 + n % 3)
                            .post("/v1/batch", batch("n" + n), "Squall-Producer", "it/1/" + n);
            assertEquals(reply, again.is(200).json(), "once");
            seen(node(1 + n % 3), snapshot() + "&at=" + time);
        }
        assertEquals(3, versions(key(0)));
    }

    private static int versions(String key) {
        return node(1).get("/v1/history" + key).is(200).json().path("versions").size();
    }

    @Test
    @Order(2)
    void oneConditionThatFailsKeepsAllFromHappening() {
        for (int i = 0; i < KEYS; i++) {
            var body =
                    """
                    {"put":[{"key":"/one/new","text":"x"},{"key":"/two/new","text":"x"},
                     {"key":"%s","text":"x","ifNoneMatch":"*"}]}\
                    """
                            .formatted(key(i));
            var detail = node(2).post("/v1/batch", body).problem(412, "precondition");
            assertTrue(detail.contains(key(i)), detail);
        }
        node(1).get("/v1/objects/one/new").problem(404, "not-found");
        node(3).get("/v1/objects/two/new").problem(404, "not-found");
        node(1).put("/v1/objects/one/new", "free").is(200);
        node(1).put("/v1/objects/two/new", "free").is(200);
        var mixed =
                """
                {"put":[{"key":"/one/x","text":"x"},{"key":"/memory/x","text":"x"}]}\
                """;
        node(1).post("/v1/batch", mixed).problem(400, "invalid");
    }

    /** Whoever was asked dies in the middle, round after round: nothing is half, nothing hangs. */
    @Test
    @Order(3)
    void theDeathOfTheMakerLeavesNothingHalf() throws IOException, InterruptedException {
        for (int round = 1; round <= 2; round++) {
            var made = new AtomicInteger();
            var over = new AtomicBoolean();
            var maker = NODES.get(2);
            int first = round * 100_000;
            var load = Thread.ofPlatform().start(() -> load(maker.rest(), first, made, over));
            while (made.get() < 10) {
                Thread.onSpinWait();
            }
            maker.kill();
            over.set(true);
            load.join();
            int last = first + made.get();
            // The others finish what it left, and say what became of it.
            retry(node(1), last);
            seen(node(2), snapshot());
            for (int i = 0; i < KEYS; i++) {
                assertEquals("m" + last, node(1).get("/v1/objects" + key(i)).is(200).text());
            }
            maker.startAgain();
            maker.awaitReady();
        }
    }

    private static void load(Rest at, int first, AtomicInteger made, AtomicBoolean over) {
        while (!over.get()) {
            int n = first + made.incrementAndGet();
            try {
                at.post("/v1/batch", batch("m" + n), "Squall-Producer", "load/1/" + n);
            } catch (RuntimeException | AssertionError e) {
                return; // it has died
            }
        }
    }

    /** Again until it is answered, as a client does. */
    private static void retry(Rest at, int n) {
        int status = 503;
        while (status == 503) {
            status =
                    at.post("/v1/batch", batch("m" + n), "Squall-Producer", "load/1/" + n).status();
        }
        assertEquals(200, status);
    }
}
