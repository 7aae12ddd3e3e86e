package dev.squall.cli.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs as a process of its own in the place of a node, so that starting, watching and stopping
 * processes can be tested before and without the server: reads the same configuration file, answers
 * the same few calls, writes each request into its data directory. It stores nothing.
 */
public final class StandInNode {
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Path requests;

    private StandInNode(Path dir) {
        requests = dir.resolve("requests.txt");
    }

    public static void main(String[] arguments) throws IOException {
        var config = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of(System.getProperty("quarkus.config.locations")))) {
            config.load(reader);
        }
        String id = config.getProperty("squall.node.id");
        if (id.equals(System.getenv("STAND_IN_FAILS"))) {
            System.err.println("node " + id + " cannot open its log");
            System.exit(4);
        }
        var node = new StandInNode(Path.of(config.getProperty("squall.data.dir")));
        var address =
                new InetSocketAddress(
                        config.getProperty("quarkus.http.host"),
                        Integer.parseInt(config.getProperty("quarkus.http.port")));
        HttpServer server = HttpServer.create(address, 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", node::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!path.startsWith("/q/")) {
                record(exchange.getRequestMethod() + " " + path + " " + body.length());
            }
            if (path.equals("/v1/watch")) {
                watch(exchange);
                return;
            }
            if (path.startsWith("/v1/objects/")) {
                events.add(
                        "{\"key\":\""
                                + path.substring(11)
                                + "\",\"version\":1,\"text\":\"moved\"}");
            }
            byte[] answer =
                    (path.equals("/v1/udls") ? "{\"name\":\"" + body + "\",\"version\":1}" : "{}")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private synchronized void record(String line) throws IOException {
        Files.writeString(
                requests, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void watch(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        try {
            while (true) {
                String event = "data: " + events.take() + "\n\n";
                exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
