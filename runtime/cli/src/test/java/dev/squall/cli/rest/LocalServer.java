package dev.squall.cli.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that records what it is asked and answers as the test says. */
public final class LocalServer implements AutoCloseable {
    /** One request as it came: the path as it was encoded, the body as text. */
    public record Request(String line, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    /** What the test wants to be answered. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange, int number) throws IOException;
    }

    public final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public LocalServer(Answer answer) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var body =
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.ISO_8859_1);
                        requests.add(
                                new Request(
                                        exchange.getRequestMethod()
                                                + " "
                                                + exchange.getRequestURI().toASCIIString(),
                                        Map.copyOf(exchange.getRequestHeaders()),
                                        body));
                        answer.to(exchange, requests.size());
                    }
                });
        server.start();
    }

    /** An answer with this status and body. */
    public static Answer answer(int status, String body) {
        return (exchange, _) -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
