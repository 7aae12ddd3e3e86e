package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Answer;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class ObjectsTest {

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("objects", "{\"store\":\"volatile\",\"shards\":2}");
        rest.pool("kept", "{\"store\":\"persistent\"}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private static long version(Answer answer) {
        return Long.parseLong(answer.header("Squall-Version"));
    }

    @Test
    void whatIsPutIsRead() {
        var put = rest.put("/v1/objects/objects/a/b", "hello").is(200);
        var reply = put.json();
        assertEquals("/objects/a/b", reply.path("key").asText());
        assertEquals("ordered", reply.path("ack").asText());
        assertEquals(version(put), reply.path("version").asLong());
        assertEquals("\"" + version(put) + "\"", put.header("ETag"));
        assertEquals(put.header("Squall-Timestamp"), reply.path("timestamp").asText());

        var got = rest.get("/v1/objects/objects/a/b").is(200);
        assertEquals("hello", got.text());
        assertEquals(put.header("ETag"), got.header("ETag"));
        assertEquals(put.header("Squall-Timestamp"), got.header("Squall-Timestamp"));
        assertEquals("application/octet-stream", got.header("Content-Type"));
        assertEquals("hello", rest.get("/v1/objects/objects/a/b?stable=true").is(200).text());

        var head = rest.send("HEAD", "/v1/objects/objects/a/b", new byte[0]).is(200);
        assertEquals("5", head.header("Content-Length"));
        assertEquals(put.header("ETag"), head.header("ETag"));
        assertEquals(0, head.body().length);
    }

    @Test
    void anyBytesUnderAnyNameComeBackAsTheyWere() {
        var random = new Random(3);
        for (int size : new int[] {0, 1, 4095, 65_537, 3_000_000}) {
            var bytes = new byte[size];
            random.nextBytes(bytes);
            var path = "/v1/objects/objects/%C3%BC%20" + size + "/a%25+b%3Bc";
            rest.send("PUT", path, bytes).is(200);
            assertArrayEquals(bytes, rest.get(path).is(200).body());
        }
        var keys = rest.get("/v1/keys?prefix=/objects/%C3%BC").is(200).json().path("keys");
        assertEquals("/objects/ü 0/a%+b;c", keys.get(0).asText());
    }

    @Test
    void aCompressedBodyIsStoredAsWhatItStandsFor() throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(compressed)) {
            out.write("plain".getBytes(StandardCharsets.UTF_8));
        }
        rest.send(
                        "PUT",
                        "/v1/objects/objects/gzip",
                        compressed.toByteArray(),
                        "Content-Encoding",
                        "gzip")
                .is(200);
        assertEquals("plain", rest.get("/v1/objects/objects/gzip").text());
    }

    @Test
    void theDefaultOfAckFollowsThePool() {
        assertEquals(
                "durable", rest.put("/v1/objects/kept/a", "1").is(200).json().path("ack").asText());
        assertEquals(
                "ordered",
                rest.put("/v1/objects/kept/a?ack=ordered", "1")
                        .is(200)
                        .json()
                        .path("ack")
                        .asText());
        var accepted = rest.put("/v1/objects/kept/a?ack=accepted", "1").is(200);
        assertEquals("accepted", accepted.json().path("ack").asText());
        assertEquals("", accepted.header("ETag"));
        var detail = rest.put("/v1/objects/objects/a?ack=durable", "1").problem(400, "invalid");
        assertTrue(detail.contains("not persistent"), detail);
        rest.put("/v1/objects/objects/a?ack=maybe", "1").problem(400, "invalid");
    }

    @Test
    void aWriteCanDependOnTheVersion() {
        var path = "/v1/objects/objects/cas";
        var first = rest.put(path, "1", "If-None-Match", "*").is(200);
        rest.put(path, "2", "If-None-Match", "*").problem(412, "precondition");
        var second = rest.put(path, "2", "If-Match", first.header("ETag")).is(200);
        var detail =
                rest.put(path, "3", "If-Match", first.header("ETag")).problem(412, "precondition");
        assertTrue(detail.contains(Long.toString(version(second))), detail);
        rest.delete(path, "If-Match", first.header("ETag")).problem(412, "precondition");
        rest.delete(path, "If-Match", second.header("ETag")).is(200);
        rest.put(path, "4", "If-None-Match", "*").is(200);
        rest.put(path, "5", "If-Match", "*").problem(400, "invalid");
        rest.put(path, "5", "If-None-Match", "\"5\"").problem(400, "invalid");
    }

    @Test
    void aRetryHappensOnceAndGetsTheSameAnswer() {
        var path = "/v1/objects/objects/once";
        var first = rest.put(path, "1", "Squall-Producer", "cam-1/1/1").is(200);
        var again = rest.put(path, "1", "Squall-Producer", "cam-1/1/1").is(200);
        assertEquals(first.text(), again.text());
        assertEquals(1, rest.get("/v1/history/objects/once").json().path("versions").size());
        rest.put(path, "2", "Squall-Producer", "cam-1/2/1").is(200);
        rest.put(path, "1", "Squall-Producer", "cam-1/1/2").problem(409, "conflict");
        rest.put(path, "1", "Squall-Producer", "cam-1").problem(400, "invalid");
    }

    @Test
    void thePastCanBeRead() {
        var path = "/v1/objects/objects/past";
        var one = rest.put(path, "one").is(200);
        var two = rest.put(path, "two").is(200);
        var deleted = rest.delete(path).is(200);
        assertEquals("one", rest.get(path + "?version=" + version(one)).is(200).text());
        assertEquals("one", rest.get(path + "?version=" + (version(two) - 1)).is(200).text());
        assertEquals("two", rest.get(path + "?version=" + version(two)).is(200).text());
        long time = Long.parseLong(two.header("Squall-Timestamp"));
        assertEquals("two", rest.get(path + "?at=" + time).is(200).text());
        assertEquals("one", rest.get(path + "?at=" + (time - 1)).is(200).text());
        var rfc3339 = Instant.ofEpochSecond(0).plusNanos(time * 1000).toString();
        assertEquals("two", rest.get(path + "?at=" + rfc3339).is(200).text());
        assertEquals("two", rest.get(path + "?wait=5s&at=" + time).is(200).text());

        assertReason("deleted", rest.get(path));
        assertReason("deleted", rest.get(path + "?version=" + version(deleted)));
        assertReason("not-yet", rest.get(path + "?version=1"));
        assertReason("not-yet", rest.get(path + "?at=1"));
        assertReason("no-key", rest.get("/v1/objects/objects/never"));
        assertReason("no-key", rest.delete("/v1/objects/objects/never"));
        assertReason("no-pool", rest.get("/v1/objects/nowhere/x"));
        assertReason("no-pool", rest.put("/v1/objects/nowhere/x", "1"));
        rest.get(path + "?at=2099-01-01T00:00:00Z&wait=10ms").problem(425, "too-early");
    }

    private static void assertReason(String reason, Answer answer) {
        answer.problem(404, "not-found");
        assertEquals(reason, answer.json().path("reason").asText());
    }

    @ParameterizedTest
    @CsvSource({"?version=1&at=1", "?version=x", "?at=yesterday", "?at=1&wait=2d", "?at=1&wait=x"})
    void queriesThatMakeNoSense(String query) {
        rest.get("/v1/objects/objects/a" + query).problem(400, "invalid");
    }

    @ParameterizedTest
    @CsvSource({"bytes=2-4, cde, 2-4/10", "bytes=-2, ij, 8-9/10", "bytes=8-, ij, 8-9/10"})
    void partsCanBeRead(String range, String part, String contentRange) {
        rest.put("/v1/objects/objects/range", "abcdefghij").is(200);
        var answer = rest.get("/v1/objects/objects/range", "Range", range).is(206);
        assertEquals(part, answer.text());
        assertEquals("bytes " + contentRange, answer.header("Content-Range"));
    }

    @Test
    void aPartThatIsNotThere() {
        rest.put("/v1/objects/objects/range", "abcdefghij").is(200);
        rest.get("/v1/objects/objects/range", "Range", "bytes=10-").problem(416, "");
        assertEquals(
                "abcdefghij",
                rest.get("/v1/objects/objects/range", "Range", "lines=1-2").is(200).text());
    }

    @Test
    void aReaderSaysWhatItHas() {
        var tag = rest.put("/v1/objects/objects/cached", "1").is(200).header("ETag");
        var path = "/v1/objects/objects/cached";
        assertEquals(0, rest.get(path, "If-None-Match", tag).is(304).body().length);
        rest.get(path, "If-None-Match", "\"1\"").is(200);
        rest.get(path, "If-Match", tag).is(200);
        rest.get(path, "If-Match", "\"1\"").problem(412, "precondition");
    }

    @Test
    void keysThatAreNone() {
        rest.put("/v1/objects/objects//x", "1").problem(400, "invalid");
        rest.put("/v1/objects/objects/%2e%2e/x", "1").problem(400, "invalid");
        rest.put("/v1/objects/objects/a;b=c", "1").problem(400, "invalid");
        rest.get("/v1/history/objects/a/./b").problem(400, "invalid");
        rest.put("/v1/objects/objects/" + "x".repeat(1100), "1").problem(400, "invalid");
        var detail = rest.put("/v1/objects/.squall/pools/x", "1").problem(400, "invalid");
        assertTrue(detail.contains(".squall"), detail);
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsSent() throws IOException {
        try (var socket = new Socket(root.getHost(), root.getPort())) {
            head(
                    socket,
                    """
                    PUT /v1/objects/objects/huge HTTP/1.1
                    Host: x
                    Content-Length: 1073741825
                    """);
            // Nothing of the body is sent; the answer comes all the same.
            var answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("problems/too-large"), answer);
            assertTrue(answer.contains("1073741825"), answer);
            assertTrue(answer.contains("squall.limits.bulk-bytes is 1073741824"), answer);
        }
    }

    @Test
    void aBodyWithoutAnnouncedLengthIsCutOffAtTheLimit() throws IOException {
        try (var socket = new Socket(root.getHost(), root.getPort())) {
            head(
                    socket,
                    """
                    PUT /v1/pools/chunked HTTP/1.1
                    Host: x
                    Transfer-Encoding: chunked
                    Connection: close
                    """);
            var out = socket.getOutputStream();
            out.write("11170\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[0x11170]);
            out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            var answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
            assertTrue(answer.contains("the limit here is 65536"), answer);
        }
    }

    private static void head(Socket socket, String lines) throws IOException {
        var head = lines.replace("\n", "\r\n") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
