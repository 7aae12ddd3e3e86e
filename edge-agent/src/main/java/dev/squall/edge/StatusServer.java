package dev.squall.edge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Serves the counters as JSON, to this machine alone: {@code GET /}. One request at a time. */
final class StatusServer implements AutoCloseable {
    private static final int BACKLOG = 8;

    private final HttpServer server;
    private final Supplier<Report> reports;

    /**
     * Listens from now on.
     *
     * @param port a port of the loopback interface; 0 for any free one
     * @throws IOException when the port is not to be had
     */
    StatusServer(int port, Supplier<Report> reports) throws IOException {
        this.reports = reports;
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try {
            this.server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException("cannot serve the status on port " + port, e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    /** The port that it listens on. */
    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] body = reports.get().toJson().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
