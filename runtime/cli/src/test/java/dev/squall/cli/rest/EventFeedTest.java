package dev.squall.cli.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventFeedTest {
    private final List<String> seen = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /** Sends these events and then loses the connection, as a dying node does. */
    private static void sendAndDie(HttpExchange exchange, String events) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        throw new IOException("the node dies");
    }

    @Test
    void goesOnAtAnotherNodeAfterTheLastEventSeen() throws IOException {
        try (var first =
                        new LocalServer((exchange, _) ->
                                sendAndDie(exchange, "id:1\ndata:a\n\nid:2\ndata:b\n\nid:3\n"));
                var second =
                        new LocalServer(
                                (exchange, _) -> sendAndDie(exchange, "id:3\ndata:c\n\n"))) {
            var feed =
                    new EventFeed(
                            List.of(first.url(), second.url()), "/events/x y", "17", notices::add);
            try (feed) {
                feed.follow(event -> {
                    seen.add(event.id() + event.data());
                    return seen.size() < 3;
                });
            }
            assertEquals(List.of("1a", "2b", "3c"), seen);
            assertEquals(
                    "GET /v1/watch?prefix=/events/x%20y&from=17", first.requests.getFirst().line());
            assertEquals("", first.requests.getFirst().header("Last-event-id"));
            assertEquals(
                    "GET /v1/watch?prefix=/events/x%20y&from=17",
                    second.requests.getFirst().line());
            assertEquals("2", second.requests.getFirst().header("Last-event-id"));
            assertTrue(notices.getFirst().startsWith("lost the watch at "), notices.toString());
        }
    }

    @Test
    void aRefusalIsNotTriedAgain() throws IOException {
        try (var server = new LocalServer(LocalServer.answer(404, "{\"detail\":\"no pool\"}"));
                var feed = new EventFeed(List.of(server.url()), "/x", null, notices::add)) {
            var failure = assertThrows(Failure.class, () -> feed.follow(_ -> true));
            assertEquals("no pool (HTTP 404)", failure.what());
            assertEquals(1, server.requests.size());
        }
    }

    @Test
    void closingEndsItWhileItWaits() throws Exception {
        var connected = new CountDownLatch(1);
        var forever = new CountDownLatch(1);
        LocalServer.Answer silent =
                (exchange, _) -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().flush();
                    connected.countDown();
                    try {
                        forever.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        try (var server = new LocalServer(silent)) {
            var feed = new EventFeed(List.of(server.url()), "/x", null, notices::add);
            Thread follower = Thread.ofPlatform().start(() -> feed.follow(_ -> true));
            connected.await();
            feed.close();
            follower.join();
            assertEquals(Thread.State.TERMINATED, follower.getState());
            forever.countDown();
        }
    }
}
