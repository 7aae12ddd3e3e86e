package dev.squall.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * Some nodes that share one shard, as the REST surface describes them: they store a put once per
 * producer triple and answer a retry as they answered first. Each can be told to misbehave, request
 * by request.
 */
final class TestCluster implements AutoCloseable {

    /** What a node does with a put. */
    sealed interface Behaviour {
        record Store() implements Behaviour {}

        record Reply(int status, String retryAfter, String body) implements Behaviour {}

        /** Closes the connection without an answer. */
        record Hangup(boolean storedFirst) implements Behaviour {}

        /** Says nothing until {@link TestCluster#release}, and stores only then. */
        record Stall() implements Behaviour {}
    }

    static final Behaviour STORE = new Behaviour.Store();

    /** An object as it was stored. */
    record Stored(String path, String producer, String captured, long version, ByteBuffer bytes) {}

    final List<Stored> stored = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final Map<String, String> reports = new HashMap<>();

    private final List<HttpServer> servers = new ArrayList<>();
    private final List<IntFunction<Behaviour>> behaviours = new ArrayList<>();
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Map<String, Long> answers = new HashMap<>();
    private final Map<Integer, Integer> served = new HashMap<>();

    TestCluster(int nodes) throws IOException {
        for (int i = 0; i < nodes; i++) {
            int node = i;
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var server = HttpServer.create(address, 0);
            server.setExecutor(handlers);
            server.createContext("/v1/objects/", exchange -> put(node, exchange));
            server.createContext("/v1/edge/", this::report);
            server.start();
            servers.add(server);
            behaviours.add(_ -> STORE);
        }
    }

    /** From now on, a node treats its n-th put (from 0) as told. */
    void behave(int node, IntFunction<Behaviour> behaviour) {
        behaviours.set(node, behaviour);
    }

    /** Lets stalled requests go on. */
    void release() {
        release.countDown();
    }

    void stop(int node) {
        servers.get(node).stop(0);
    }

    List<URI> nodes() {
        return servers.stream()
                .map(server -> URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .toList();
    }

    /** The sequence numbers of all that is stored, in order. */
    List<Long> sequence() {
        return stored.stream()
                .map(object -> object.producer.substring(object.producer.lastIndexOf('/') + 1))
                .map(Long::parseLong)
                .toList();
    }

    private void put(int node, HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String producer = exchange.getRequestHeaders().getFirst("Squall-Producer");
            requests.add(node + " " + producer);
            int number = count(node);
            switch (behaviours.get(node).apply(number)) {
                case Behaviour.Store() -> answer(exchange, store(exchange, producer, body));
                case Behaviour.Reply reply -> reply(exchange, reply);
                case Behaviour.Hangup(boolean storedFirst) -> {
                    if (storedFirst) {
                        store(exchange, producer, body);
                    }
                }
                case Behaviour.Stall() -> {
                    release.await();
                    store(exchange, producer, body);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized int count(int node) {
        return served.merge(node, 1, Integer::sum) - 1;
    }

    private synchronized long store(HttpExchange exchange, String producer, byte[] body) {
        return answers.computeIfAbsent(
                producer,
                _ -> {
                    long version = 1_000L + stored.size();
                    stored.add(
                            new Stored(
                                    exchange.getRequestURI().toString(),
                                    producer,
                                    exchange.getRequestHeaders().getFirst("Squall-Captured"),
                                    version,
                                    ByteBuffer.wrap(body).asReadOnlyBuffer()));
                    return version;
                });
    }

    private static void answer(HttpExchange exchange, long version) throws IOException {
        exchange.getResponseHeaders().set("Squall-Version", Long.toString(version));
        exchange.getResponseHeaders().set("ETag", "\"" + version + "\"");
        send(exchange, 200, "{\"version\":" + version + ",\"ack\":\"ordered\"}");
    }

    private static void reply(HttpExchange exchange, Behaviour.Reply reply) throws IOException {
        if (!reply.retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", reply.retryAfter);
        }
        send(exchange, reply.status, reply.body);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void report(HttpExchange exchange) throws IOException {
        try (exchange) {
            String json =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            synchronized (this) {
                reports.put(exchange.getRequestURI().getPath(), json);
            }
            send(exchange, 501, "");
        }
    }

    @Override
    public void close() {
        release();
        servers.forEach(server -> server.stop(0));
        handlers.shutdownNow();
    }
}
