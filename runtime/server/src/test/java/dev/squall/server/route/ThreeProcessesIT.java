package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.EventStream;
import dev.squall.server.testing.Jars;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every node answers for every key: three processes, and pools whose shards each lie on one of
 * them, so that two out of three requests are somebody else's.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ThreeProcessesIT {

    private static final int KEYS = 24;
    private static final List<NodeProcess> NODES = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        NODES.addAll(NodeProcess.start(3, directory));
        node(2).pool("spread", "{\"shards\":6,\"replicas\":1}");
        node(3).pool("results", "{\"shards\":6,\"replicas\":1}");
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    private static List<Rest> nodes() {
        return NODES.stream().map(NodeProcess::rest).toList();
    }

    @Test
    @Order(1)
    void anyNodeTakesAndGivesAnyKey() {
        int forwarded = 0;
        for (int i = 0; i < KEYS; i++) {
            var path = "/v1/objects/spread/any/" + i;
            var put = node(1 + i % 3).put(path, "v" + (10 + i)).is(200);
            for (var node : nodes()) {
                var got = node.get(path).is(200);
                assertEquals("v" + (10 + i), got.text());
                assertEquals(put.header("ETag"), got.header("ETag"));
                forwarded += got.header("Squall-Node").isEmpty() ? 0 : 1;
                assertEquals(
                        "3", node.send("HEAD", path, new byte[0]).is(200).header("Content-Length"));
                var versions = node.get("/v1/history/spread/any/" + i).is(200).json();
                assertEquals(1, versions.path("versions").size());
                node.put(path, "x", "If-None-Match", "*").problem(412, "precondition");
                node.get(path, "If-None-Match", put.header("ETag")).is(304);
            }
        }
        assertEquals(2 * KEYS, forwarded, "reads of a shard that one of three nodes holds");
    }

    @Test
    @Order(1)
    void refusalsComeThrough() {
        for (var node : nodes()) {
            for (int i = 0; i < 6; i++) {
                var missing = node.get("/v1/objects/spread/missing/" + i);
                missing.problem(404, "not-found");
                assertEquals("no-key", missing.json().path("reason").asText());
                node.delete("/v1/objects/spread/missing/" + i).problem(404, "not-found");
                node.get("/v1/objects/spread/x?at=2099-01-01T00:00:00Z&wait=1ms")
                        .problem(425, "too-early");
            }
        }
    }

    @Test
    @Order(1)
    void largeBodiesFlowThrough() {
        var bytes = new byte[8 << 20];
        new Random(8).nextBytes(bytes);
        for (int i = 0; i < 6; i++) {
            var path = "/v1/objects/spread/large/" + i;
            node(1).send("PUT", path, bytes).is(200);
            assertArrayEquals(bytes, node(2).get(path).is(200).body());
            node(3).delete(path).is(200);
        }
    }

    @Test
    @Order(2)
    void keysAreGatheredFromAll() {
        for (var node : nodes()) {
            var keys = new ArrayList<String>();
            var after = "";
            do {
                var page = node.get("/v1/keys?prefix=/spread/any&limit=5&after=" + after).is(200);
                page.json().path("keys").forEach(key -> keys.add(key.asText()));
                after = page.json().path("next").asText();
            } while (!after.isEmpty());
            assertEquals(KEYS, keys.size());
            assertEquals(keys.stream().sorted().distinct().toList(), keys);
        }
    }

    @Test
    @Order(2)
    void aSnapshotReadsShardsElsewhereAtOneTime() {
        var query = new StringBuilder();
        long newest = 0;
        for (int i = 0; i < KEYS; i++) {
            query.append("&key=/spread/any/").append(i);
            var put = node(1 + i % 3).put("/v1/objects/spread/any/" + i, "w" + i).is(200);
            newest = Math.max(newest, Long.parseLong(put.header("Squall-Timestamp")));
        }
        String first = "";
        for (var node : nodes()) {
            var cut = node.get("/v1/snapshot?wait=20s&at=" + newest + query).is(200);
            var objects = cut.json().path("objects");
            assertEquals(KEYS, objects.size());
            for (int i = 0; i < KEYS; i++) {
                var text = Base64.getDecoder().decode(objects.get(i).path("base64").asText());
                assertEquals("w" + i, new String(text, StandardCharsets.UTF_8));
            }
            first = first.isEmpty() ? cut.text() : first;
            assertEquals(first, cut.text(), "one answer, whoever is asked");

            var settled = node.get("/v1/snapshot?bytes=false" + query).is(200).json();
            var again = "/v1/snapshot?bytes=false&at=" + settled.path("at").asLong() + query;
            node(1).put("/v1/objects/spread/any/0", "w0").is(200);
            assertEquals(settled, node(2).get(again).is(200).json());
        }
    }

    @Test
    @Order(2)
    void aWatchFollowsShardsElsewhere() {
        for (var node : nodes()) {
            try (var events = node.watch("prefix=/spread/any&from=0")) {
                var seen = new TreeSet<String>();
                while (seen.size() < KEYS) {
                    seen.add(events.next().data().path("key").asText());
                }
                var last = "";
                for (int i = 0; i < 3; i++) {
                    last = seen(events, node(1 + i), "/spread/any/" + i);
                }
                try (var resumed = node.watch("prefix=/spread/any", "Last-Event-ID", last)) {
                    seen(resumed, node, "/spread/any/3");
                }
            }
        }
    }

    /** Puts at a node, and waits for exactly this version in the stream. */
    private static String seen(EventStream events, Rest node, String key) {
        var version = node.put("/v1/objects" + key, "again").is(200).header("Squall-Version");
        while (true) {
            var event = events.next();
            if (event.data().path("version").asText().equals(version)
                    && event.data().path("key").asText().equals(key)) {
                return event.id();
            }
        }
    }

    /**
     * What a UDL stores lands wherever its key belongs; what it did is counted once, everywhere.
     */
    @Test
    @Order(2)
    void effectsReachShardsElsewhere() throws InterruptedException {
        var jar = Jars.echo("across", 1, "/spread/across", "/results/across");
        node(3).send("POST", "/v1/udls", jar).is(201);
        for (int i = 0; i < KEYS; i++) {
            node(1 + i % 3).put("/v1/objects/spread/across/" + i, "e" + i).is(200);
        }
        for (int i = 0; i < KEYS; i++) {
            var result = node(1 + i % 3).get("/v1/objects/results/across/" + i);
            while (result.status() != 200) {
                result.problem(404, "not-found");
                Thread.sleep(20);
                result = node(1 + i % 3).get("/v1/objects/results/across/" + i);
            }
            assertEquals("e" + i, result.text());
        }
        for (var node : nodes()) {
            assertEquals("now", node.post("/v1/trigger/spread/across/t?reply=wait", "now").text());
        }
        for (var node : nodes()) {
            var udl = node.get("/v1/udls/across/1").is(200).json();
            assertEquals(KEYS + 3, udl.path("handled").asInt());
            assertEquals(0, udl.path("failed").asInt(), udl.toString());
            var lines = node.get("/v1/udls/across/logs").is(200).json().path("lines");
            assertEquals(KEYS + 3, lines.size());
        }
    }

    @Test
    @Order(2)
    void allSeeTheWholeCluster() {
        node(1).put("/v1/edge/gate", "{\"sent\":1}").is(204);
        node(2).put("/v1/edge/yard", "{\"sent\":2}").is(204);
        for (var node : nodes()) {
            var cluster = node.get("/v1/cluster").is(200).json();
            assertEquals(0, cluster.path("missing").size());
            for (var member : cluster.path("members")) {
                assertTrue(member.path("pid").asLong() > 0, member.toString());
                assertTrue(member.path("cores").asInt() > 0, member.toString());
            }
            assertEquals(12, cluster.path("shards").size());
            var agents = node.get("/v1/edge").is(200).json().path("agents");
            assertEquals(List.of("gate", "yard"), texts(agents, "id"));
        }
    }

    private static List<String> texts(JsonNode array, String field) {
        var texts = new ArrayList<String>();
        array.forEach(one -> texts.add(one.path(field).asText()));
        return texts;
    }

    @Test
    @Order(3)
    void metricsDoNotGrowWithTheKeys() {
        for (var node : nodes()) {
            var metrics = node.get("/q/metrics").is(200).text();
            assertTrue(metrics.contains("uri=\"/v1/objects/{key}\""));
            assertFalse(metrics.contains("/any/"), "a key must not become a label");
        }
    }

    /** A node that hangs still takes connections: it is passed over all the same. */
    @Test
    @Order(4)
    void whoeverHangsIsPassedOver() throws IOException, InterruptedException {
        NODES.get(2).freeze();
        while (!alive(1).equals("[1, 2]")) {
            Thread.sleep(50);
        }
        assertEquals("[3]", node(1).get("/v1/cluster").is(200).json().path("missing").toString());
        for (int i = 0; i < KEYS; i++) {
            var path = "/v1/objects/spread/any/" + i; // volatile: what node 3 alone held is gone
            assertEquals(node(1).get(path).status(), node(2).get(path).status());
        }
        node(1).get("/v1/keys?prefix=/spread").is(200);
        node(1).get("/q/health/live").is(200);
        NODES.get(2).thaw(); // by itself it finds that it was left out, and joins anew
        while (!alive(1).equals("[1, 2, 3]")) {
            Thread.sleep(50);
        }
        NODES.get(2).awaitReady();
    }

    private static String alive(int asked) {
        var alive = new TreeSet<Integer>();
        node(asked)
                .get("/v1/cluster")
                .is(200)
                .json()
                .path("members")
                .forEach(member -> {
                    if (member.path("alive").asBoolean()) {
                        alive.add(member.path("id").asInt());
                    }
                });
        return alive.toString();
    }
}
