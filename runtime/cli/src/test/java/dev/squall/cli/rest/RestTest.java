package dev.squall.cli.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RestTest {
    private final List<String> notices = new ArrayList<>();

    @Test
    void pathsAndQueriesAreEncoded() throws IOException {
        try (var server = new LocalServer(LocalServer.answer(200, "{\"a\":1}"));
                Rest rest = Rest.at(server.url() + "/", notices::add)) {
            var call =
                    Call.get("/v1/objects" + Call.keyPath("/a b/ü%?#"))
                            .query("at", "2026-01-01T00:00:00+01:00")
                            .query("left", null);
            assertEquals(1, rest.json(call).path("a").asInt());
            assertEquals(
                    "GET /v1/objects/a%20b/%C3%BC%25%3F%23?at=2026-01-01T00%3A00%3A00%2B01%3A00",
                    server.requests.getFirst().line());
        }
        assertEquals("a%2Fb", Call.segment("a/b"));
    }

    @Test
    void aProblemDocumentBecomesItsDetailAndAdvice() throws IOException {
        String problem =
                """
                {"type":"about:blank","title":"Not Found","status":404,"detail":"no pool /nowhere"}\
                """;
        try (var server = new LocalServer(LocalServer.answer(404, problem));
                Rest rest = Rest.at(server.url(), notices::add)) {
            var refusal = assertThrows(Refusal.class, () -> rest.json(Call.get("/v1/x")));
            assertEquals("no pool /nowhere (HTTP 404)", refusal.what());
            assertEquals(404, refusal.status());
            assertTrue(refusal.advice().contains("squall pool list"), refusal.advice());
        }
    }

    @Test
    void theInferenceProtocolsErrorAndPlainTextAreShownToo() throws IOException {
        LocalServer.Answer both =
                (exchange, number) ->
                        LocalServer.answer(
                                        number == 1 ? 400 : 500,
                                        number == 1 ? "{\"error\":\"no model x\"}" : "it broke")
                                .to(exchange, number);
        try (var server = new LocalServer(both);
                Rest rest = Rest.at(server.url(), notices::add)) {
            var first = assertThrows(Refusal.class, () -> rest.bytes(Call.get("/v2/models/x")));
            assertEquals("no model x (HTTP 400)", first.what());
            var second = assertThrows(Refusal.class, () -> rest.bytes(Call.get("/")));
            assertEquals("it broke (HTTP 500)", second.what());
        }
    }

    @Test
    void whatTheServerCannotYetDoIsSaidSo() throws IOException {
        try (var server = new LocalServer(LocalServer.answer(501, "{\"detail\":\"aliases\"}"));
                Rest rest = Rest.at(server.url(), notices::add)) {
            var refusal = assertThrows(Refusal.class, () -> rest.json(Call.put("/v1/udls/a")));
            assertEquals("not available yet: aliases", refusal.what());
        }
    }

    @Test
    void aBusyNodeIsAskedAgainWithTheSameBody() throws IOException {
        LocalServer.Answer busyTwice =
                (exchange, number) -> {
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    LocalServer.answer(number <= 2 ? 503 : 200, "{}").to(exchange, number);
                };
        try (var server = new LocalServer(busyTwice);
                Rest rest = Rest.at(server.url(), notices::add)) {
            rest.json(Call.put("/v1/pools/a").json("{\"x\":1}"));
            assertEquals(3, server.requests.size());
            assertEquals("{\"x\":1}", server.requests.getLast().body());
            assertEquals(2, notices.size());
        }
    }

    @Test
    void aNodeThatStaysBusyIsGivenUp() throws IOException {
        LocalServer.Answer busy =
                (exchange, number) -> {
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    LocalServer.answer(429, "{\"detail\":\"lane full\"}").to(exchange, number);
                };
        try (var server = new LocalServer(busy);
                Rest rest = Rest.at(server.url(), notices::add)) {
            var refusal = assertThrows(Refusal.class, () -> rest.json(Call.get("/")));
            assertEquals("lane full (HTTP 429)", refusal.what());
            assertEquals(1 + Rest.BUSY_RETRIES, server.requests.size());
        }
    }

    @Test
    void nobodyThereIsSaidWithAdvice() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (Rest rest = Rest.at("http://127.0.0.1:" + free, notices::add)) {
            var failure = assertThrows(Failure.class, () -> rest.json(Call.get("/v1/cluster")));
            assertEquals("nothing answers at http://127.0.0.1:" + free, failure.what());
            assertTrue(failure.advice().contains("squall up"), failure.advice());
        }
    }

    @Test
    void nonsenseIsNotAnAddress() {
        for (String url : new String[] {"localhost:8080", "ftp://x", "http://", "::"}) {
            assertThrows(Failure.class, () -> Rest.at(url, notices::add), url);
        }
    }

    @Test
    void anAnswerThatIsNotJsonNamesItsCall() throws IOException {
        try (var server = new LocalServer(LocalServer.answer(200, "<html>"));
                Rest rest = Rest.at(server.url(), notices::add)) {
            var failure = assertThrows(Failure.class, () -> rest.json(Call.get("/v1/pools")));
            assertTrue(
                    failure.what().startsWith("the answer to GET /v1/pools is not JSON"),
                    failure.what());
        }
    }
}
