package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every call has in common, and the calls about the node itself. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class SurfaceTest {

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
    }

    @AfterEach
    void close() {
        rest.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/v1", "/v1/nope", "/v1/objects", "/v1/pools/a/b", "/v3/x"})
    void whatIsNotServed(String path) {
        var detail = rest.get(path).problem(404, "not-found");
        assertTrue(detail.contains(path), detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH|/v1/objects/a/b|DELETE, GET, HEAD, OPTIONS, PUT",
                "POST|/v1/pools|GET, HEAD, OPTIONS",
                "PUT|/v1/batch|OPTIONS, POST",
                "DELETE|/v1/watch|GET, HEAD, OPTIONS",
                "GET|/v1/trigger/a/b|OPTIONS, POST"
            })
    void verbsThatAreNone(String verb, String path, String allowed) {
        var answer = rest.send(verb, path, new byte[0]);
        answer.problem(405, "");
        assertEquals(allowed, answer.header("Allow"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/placement",
        "POST, /v1/placement/plan",
        "PUT, /v1/udls/a/alias/stable",
        "POST, /v1/udls/a/rollback"
    })
    void whatIsNotBuiltYet(String verb, String path) {
        var detail = rest.send(verb, path, new byte[0]).problem(501, "not-available-yet");
        assertTrue(detail.startsWith("not available yet"), detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live", "ready", "started"})
    void healthSaysWhere(String kind) {
        var health = rest.get("/q/health/" + kind).is(200).json();
        assertEquals("UP", health.path("status").asText());
        var data = health.path("checks").findValue("data");
        assertEquals("running", data.path("phase").asText());
        assertEquals(1, data.path("view").asInt());
    }

    @Test
    void theClusterIsShown() {
        rest.pool("shown", "{\"shards\":2}");
        rest.put("/v1/objects/shown/a", "12345").is(200);
        var cluster = rest.get("/v1/cluster").is(200).json();
        assertEquals("ready", cluster.path("state").asText());
        assertEquals(1, cluster.path("view").asInt());
        assertEquals("[1]", cluster.path("viewMembers").toString());
        var member = cluster.path("members").get(0);
        assertEquals(1, member.path("id").asInt());
        assertEquals(ProcessHandle.current().pid(), member.path("pid").asLong());
        assertTrue(member.path("alive").asBoolean());
        assertFalse(cluster.toString().contains(".squall"));
        var pool = named(cluster.path("pools"), "name", "shown");
        assertEquals(1, pool.path("keys").asLong());
        assertEquals(1, pool.path("puts").asLong());
        assertEquals(5, pool.path("putBytes").asLong());
        assertTrue(pool.path("putsPerSecond").isNumber());
        var shard = named(cluster.path("shards"), "pool", "shown");
        assertEquals("[1]", shard.path("members").toString());
        assertTrue(shard.path("frontiers").path("1").path("stable").isNumber());
    }

    private static JsonNode named(JsonNode all, String field, String value) {
        for (var one : all) {
            if (one.path(field).asText().equals(value)) {
                return one;
            }
        }
        throw new AssertionError("no " + value + " in " + all);
    }

    @Test
    void edgeAgentsAreSeenAsTheyReport() {
        rest.put("/v1/edge/gate-1", "{\"captured\":7,\"dropped\":{\"full\":1}}").is(204);
        rest.put("/v1/edge/gate-1", "{\"captured\":9,\"dropped\":{\"full\":2}}").is(204);
        var agent = named(rest.get("/v1/edge").is(200).json().path("agents"), "id", "gate-1");
        assertEquals(9, agent.path("captured").asInt());
        assertEquals(2, agent.path("dropped").path("full").asInt());
        assertEquals("alive", agent.path("state").asText());
        rest.put("/v1/edge/gate-1", "[]").problem(400, "invalid");
        rest.put("/v1/edge/gate-1", "{").problem(400, "invalid");
        rest.put("/v1/edge/gate-1", " ".repeat(70_000)).problem(413, "too-large");
        rest.put("/v1/edge/" + "x".repeat(200), "{}").problem(400, "invalid");
    }

    @Test
    void metricsNameTheShards() throws InterruptedException {
        rest.pool("measured", "{}");
        rest.put("/v1/objects/measured/a", "12345").is(200);
        var line = "squall_put_bytes_total{pool=\"measured\",shard=\"0\"} 5.0";
        var metrics = rest.get("/q/metrics").is(200).text();
        while (!metrics.contains(line)) {
            Thread.sleep(100);
            metrics = rest.get("/q/metrics").is(200).text();
        }
        for (var name : List.of("squall_node_ready 1.0", "squall_keys{", "squall_frontier_lag")) {
            assertTrue(metrics.contains(name), name);
        }
        assertFalse(metrics.contains("measured/a"), "a key must not become a label");

        rest.delete("/v1/pools/measured").is(204);
        while (rest.get("/q/metrics").text().contains("pool=\"measured\"")) {
            Thread.sleep(100);
        }
    }

    /** Each call of the surface is described, with its errors. */
    @Test
    void theDescriptionIsWhole() {
        var api = rest.get("/q/openapi?format=json").is(200).json();
        var paths = api.path("paths");
        for (var path :
                List.of(
                        "/v1/objects/{key}",
                        "/v1/history/{key}",
                        "/v1/keys",
                        "/v1/batch",
                        "/v1/snapshot",
                        "/v1/trigger/{key}",
                        "/v1/watch",
                        "/v1/pools",
                        "/v1/pools/{pool}",
                        "/v1/udls",
                        "/v1/udls/{name}",
                        "/v1/udls/{name}/{version}",
                        "/v1/udls/{name}/logs",
                        "/v1/udls/{name}/alias/{alias}",
                        "/v1/graphs/{name}",
                        "/v1/graphs/{name}/stats",
                        "/v1/cluster",
                        "/v1/placement",
                        "/v1/placement/plan",
                        "/v1/edge",
                        "/v1/edge/{id}",
                        "/v2",
                        "/v2/health/ready",
                        "/v2/models/{model}/infer",
                        "/v2/models/{model}/versions/{version}/infer",
                        "/v2/repository/index")) {
            assertTrue(paths.has(path), path + " is not among " + names(paths));
        }
        for (var path : names(paths)) {
            paths.path(path)
                    .properties()
                    .forEach(call -> {
                        var what = call.getKey() + " " + path;
                        assertFalse(call.getValue().path("summary").isMissingNode(), what);
                        assertTrue(call.getValue().path("responses").has("default"), what);
                    });
        }
        assertTrue(api.path("components").path("schemas").has("Problem"));
        rest.get("/q/swagger-ui/").is(200);
    }

    private static List<String> names(JsonNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
