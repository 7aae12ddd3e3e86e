package dev.squall.bench.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers are sorted by what they mean for what is kept: done, not done, or nobody knows. */
@Timeout(60)
class NodeClientTest {

    private static final String TYPES = "https://squall.dev/problems/";

    private final HttpServer server;
    private final NodeClient http = new NodeClient();
    private int status = 200;
    private String body = "{}";
    private String seen = "";

    NodeClientTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var headers = exchange.getRequestHeaders();
            seen =
                    "%s %s %s %s %s"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI(),
                                    headers.getFirst("Squall-Producer"),
                                    headers.getFirst("If-Match"),
                                    headers.getFirst("If-None-Match"));
            if (status == 0) {
                return; // the connection breaks
            }
            exchange.getResponseHeaders().add("Squall-Version", "7");
            exchange.getResponseHeaders().add("Squall-Timestamp", "70");
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private ServerNode node() {
        int port = server.getAddress().getPort();
        return new ServerNode(
                1, URI.create("http://127.0.0.1:" + port), List.of(), Path.of("none"));
    }

    private Answer put(int answered, String word, String reason) throws InterruptedException {
        status = answered;
        body = "{\"type\":\"%s%s\",\"reason\":\"%s\"}".formatted(TYPES, word, reason);
        return http.put(node(), "/p/k", new byte[] {1}, -1, "c/1/2");
    }

    @Test
    void aWriteThatWasDoneSaysItsVersion() throws InterruptedException {
        assertEquals(new Answer.Stored(7, 70), put(200, "", ""));
        assertEquals("PUT /v1/objects/p/k c/1/2 null null", seen);
        http.put(node(), "/p/k", new byte[0], 0, "c/1/3");
        assertEquals("PUT /v1/objects/p/k c/1/3 null *", seen);
        http.put(node(), "/p/k", new byte[0], 5, "c/1/4");
        assertEquals("PUT /v1/objects/p/k c/1/4 \"5\" null", seen);
        http.delete(node(), "/p/k", "c/1/5");
        assertEquals("DELETE /v1/objects/p/k c/1/5 null null", seen);
    }

    @Test
    void nothingDoneAndNobodyKnowsAreTwoThings() throws InterruptedException {
        assertEquals(new Answer.Refused("unavailable"), put(503, "unavailable", ""));
        assertEquals(new Answer.Refused("overloaded"), put(429, "overloaded", ""));
        assertEquals(new Answer.Unknown("outcome-unknown"), put(503, "outcome-unknown", ""));
        assertInstanceOf(Answer.Unknown.class, put(504, "outcome-unknown", ""));
        body = "<html>";
        status = 503;
        assertInstanceOf(Answer.Unknown.class, http.delete(node(), "/p/k", "c/1/2"));
        assertInstanceOf(Answer.Unknown.class, put(0, "", ""));
        server.stop(0);
        assertEquals(new Answer.Refused("no connection"), put(200, "", ""));
    }

    @Test
    void preconditionsAndMissingObjectsAreAnswers() throws InterruptedException {
        assertEquals(new Answer.Mismatch(), put(412, "precondition", ""));
        assertEquals(new Answer.Absent("deleted"), put(404, "not-found", "deleted"));
        assertEquals(new Answer.Refused("no-pool"), put(404, "not-found", "no-pool"));
        assertInstanceOf(Answer.Strange.class, put(500, "", ""));
        assertInstanceOf(Answer.Strange.class, put(409, "conflict", ""));
    }

    @Test
    void aReadShowsWhatIsThere() throws InterruptedException {
        body = "v";
        assertEquals(new Answer.Found(7, 70, "v"), http.get(node(), "/p/k", "?at=5"));
        assertEquals("GET /v1/objects/p/k?at=5 null null null", seen);
        status = 0;
        assertInstanceOf(Answer.Refused.class, http.get(node(), "/p/k", ""));
    }

    @Test
    void aHistoryIsReadToItsEnd() throws InterruptedException {
        body = "{\"versions\":[{\"version\":3,\"timestamp\":4,\"size\":5,\"producer\":\"c/1/2\"}]}";
        assertEquals(
                List.of(new NodeClient.Version(3, 4, 5, false, "c/1/2")),
                http.history(node(), "/p/k", 0));
        assertEquals("GET /v1/history/p/k?from=0&limit=10000 null null null", seen);
        status = 404;
        body = "{\"reason\":\"no-key\"}";
        assertEquals(List.of(), http.history(node(), "/p/k", 0));
    }
}
