package dev.squall.bench.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.squall.base.Failure;
import dev.squall.bench.cluster.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The requests that the REST benches make, against a small HTTP server that answers them. */
@Timeout(60)
class RestBenchTest {

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, String> pools = new ConcurrentHashMap<>();
    private final Set<String> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();
    private final StringWriter progress = new StringWriter();
    private HttpServer server;

    RestBenchTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var body = exchange.getRequestBody().readAllBytes();
            connections.add(exchange.getRemoteAddress().toString());
            switch (exchange.getRequestMethod() + " " + path.replaceAll("^(/v\\d/\\w+).*", "$1")) {
                case "GET /v1/cluster" -> reply(exchange, 200, "{\"members\":[{},{},{}]}");
                case "PUT /v1/pools" -> {
                    pools.put(path, new String(body, StandardCharsets.UTF_8));
                    reply(exchange, 200, "{}");
                }
                case "DELETE /v1/pools" -> {
                    pools.remove(path);
                    reply(exchange, 200, "");
                }
                case "PUT /v1/objects" -> put(exchange, path, body);
                case "GET /v1/objects" ->
                        reply(exchange, objects.containsKey(path) ? 200 : 404, "no such key");
                case "GET /v2/models" ->
                        reply(
                                exchange,
                                200,
                                """
                                {"inputs":[{"name":"x","datatype":"FP32","shape":[-1,2]}]}
                                """);
                case "POST /v2/models" -> {
                    objects.put(path, body);
                    reply(exchange, 200, "{}");
                }
                default -> reply(exchange, 500, "unexpected " + path);
            }
        }
    }

    private void put(HttpExchange exchange, String path, byte[] body) throws IOException {
        if (refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            reply(exchange, 503, "busy");
            return;
        }
        objects.put(path, body);
        reply(exchange, 200, "{}");
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private RestBench bench(String operation) {
        var load =
                new Workload(operation, 10, 4, "ordered", 20, 2, 1, false, false, false, 0.3, 0.1);
        return new RestBench(url(), load, 0, new PrintWriter(progress, true));
    }

    @Test
    void putsGoToAPoolOfTheirOwnOverAsManyConnectionsAsAsked() throws Exception {
        var row = bench("put").run();
        assertEquals("put", row.workload());
        assertEquals(3, row.nodes());
        assertEquals(20, objects.size());
        assertTrue(objects.values().stream().allMatch(b -> b.length == 10));
        assertEquals(Map.of(), pools, "the pool is deleted at the end");
        assertTrue(connections.size() <= 5, "kept alive, yet there were " + connections);
    }

    @Test
    void getsReadWhatWasPutBefore() throws Exception {
        assertEquals("get", bench("get").run().workload());
        assertEquals(20, objects.size());
        assertTrue(progress.toString().contains("putting 20 objects of 10 bytes"));
    }

    @Test
    void aRefusedRequestIsMadeAgainAndCounted() throws Exception {
        refusals.set(Integer.MAX_VALUE);
        var nothing = assertThrows(Failure.class, () -> bench("put").run());
        assertTrue(String.valueOf(nothing.getMessage()).contains("nothing was answered"));
        refusals.set(10);
        bench("put").run();
        assertEquals(0, refusals.get());
    }

    @Test
    void anErrorEndsTheRunWithItsReason() {
        server.removeContext("/");
        var refused = assertThrows(Failure.class, () -> bench("get").run());
        assertTrue(String.valueOf(refused.getMessage()).contains("answered 404"));
        server.stop(0);
        var gone = assertThrows(Failure.class, () -> bench("get").run());
        assertTrue(String.valueOf(gone.getMessage()).contains("is a node running there?"));
    }

    @Test
    void inferencesCarryZerosForEveryInput() throws Exception {
        var row = new InferBench(url(), "m").run(null, 1, 0.1, 0.2);
        assertEquals("infer", row.workload());
        var sent = new JsonMapper().readTree(objects.get("/v2/models/m/infer"));
        assertEquals(
                "[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[0,0]}]",
                sent.get("inputs").toString());
        assertEquals(new TreeSet<>(Set.of("/v2/models/m/infer")), new TreeSet<>(objects.keySet()));
    }
}
