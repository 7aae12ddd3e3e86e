package dev.squall.server.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Answer;
import dev.squall.server.testing.Jars;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects that come in chunks, as clients see them: no different from others. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class BulkTest {

    @TestHTTPResource("/")
    URI root;

    /** More than is held of a body that does not say how large it is. */
    private static final int SIZE = 21_000_001;

    /** More than one record may have. */
    private static final int LARGE = (64 << 20) + 1;

    private final Random random = new Random(4);
    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("bulk", "{}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private byte[] bytes(int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String digest(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        var word = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return "crc32c=:" + Base64.getEncoder().encodeToString(word) + ":";
    }

    @Test
    void itIsReadAsItWasPut() {
        var bytes = bytes(SIZE);
        var path = "/v1/objects/bulk/a";
        var put = rest.stream("PUT", path, bytes).is(200);
        var got = rest.get(path).is(200);
        assertArrayEquals(bytes, got.body());
        assertEquals(Integer.toString(SIZE), got.header("Content-Length"));
        assertEquals(put.header("ETag"), got.header("ETag"));
        assertEquals(digest(bytes), got.header("Repr-Digest"));
        var head = rest.send("HEAD", path, new byte[0]).is(200);
        assertEquals(Integer.toString(SIZE), head.header("Content-Length"));
        rest.get(path, "If-None-Match", put.header("ETag")).is(304);
        rest.get(path, "If-Match", "\"1\"").problem(412, "precondition");
        for (int i = 0; i < 40; i++) {
            int from = random.nextInt(SIZE);
            int to = from + random.nextInt(Math.min(SIZE - from, 5_000_000));
            var part = rest.get(path, "Range", "bytes=" + from + "-" + to).is(206);
            assertArrayEquals(Arrays.copyOfRange(bytes, from, to + 1), part.body());
            assertEquals("bytes %d-%d/%d".formatted(from, to, SIZE), part.header("Content-Range"));
        }
        rest.get(path, "Range", "bytes=" + SIZE + "-").problem(416, "");
        var tail = rest.get(path, "Range", "bytes=-5").is(206).body();
        assertArrayEquals(Arrays.copyOfRange(bytes, SIZE - 5, SIZE), tail);
    }

    @Test
    void oneThatSaysItsSizeNeedsNoMoreThanThat() {
        var bytes = bytes(LARGE);
        rest.send("PUT", "/v1/objects/bulk/large", bytes).is(200);
        assertArrayEquals(bytes, rest.get("/v1/objects/bulk/large").is(200).body());
    }

    /** It has versions, conditions, producers and deletes as any other. */
    @Test
    void itIsAVersionAmongOthers() {
        var path = "/v1/objects/bulk/versions";
        var first = rest.put(path, "small").is(200).header("ETag");
        var bytes = bytes(SIZE);
        rest.stream("PUT", path, bytes, "If-None-Match", "*").problem(412, "precondition");
        var stored =
                rest.stream("PUT", path, bytes, "If-Match", first, "Squall-Producer", "p/1/1")
                        .is(200)
                        .json();
        var again = rest.stream("PUT", path, bytes, "Squall-Producer", "p/1/1").is(200).json();
        assertEquals(stored, again, "the retry of a producer");
        rest.delete(path).is(200);
        rest.get(path).problem(404, "not-found");
        assertEquals("small", rest.get(path + "?version=" + first.replace("\"", "")).text());
        assertArrayEquals(bytes, rest.get(path + "?at=" + stored.path("timestamp")).body());
        var versions = rest.get("/v1/history/bulk/versions").is(200).json().path("versions");
        assertEquals(3, versions.size(), versions.toString());
        assertEquals(SIZE, versions.get(1).path("size").asInt());
    }

    @Test
    void nobodySeesItsChunks() {
        try (var events = rest.watch("prefix=/bulk/seen")) {
            events.begin();
            rest.stream("PUT", "/v1/objects/bulk/seen/a", bytes(SIZE)).is(200);
            rest.put("/v1/objects/bulk/seen/b", "x").is(200);
            var first = events.next().data();
            assertEquals("/bulk/seen/a", first.path("key").asText());
            assertEquals(SIZE, first.path("size").asInt());
            assertEquals("/bulk/seen/b", events.next().data().path("key").asText());
        }
        var keys = rest.get("/v1/keys?prefix=/bulk/seen").is(200).json().path("keys");
        assertEquals("[\"/bulk/seen/a\",\"/bulk/seen/b\"]", keys.toString());
    }

    /** User-defined logic runs once, by the manifest, and reads what it wants. */
    @Test
    void logicReadsARange() throws InterruptedException {
        rest.pool("tails", "{}");
        var jar = Jars.echo("tail", 1, "/bulk/tail", "/tails");
        rest.send("POST", "/v1/udls", jar).is(201);
        var bytes = bytes(SIZE);
        System.arraycopy("ends".getBytes(StandardCharsets.US_ASCII), 0, bytes, SIZE - 4, 4);
        rest.stream("PUT", "/v1/objects/bulk/tail/a", bytes).is(200);
        var result = rest.get("/v1/objects/tails/a");
        while (result.status() != 200) {
            Thread.sleep(20);
            result = rest.get("/v1/objects/tails/a");
        }
        assertEquals(SIZE + " ends", result.text());
        var versions = rest.get("/v1/history/tails/a").is(200).json().path("versions");
        assertEquals(1, versions.size(), versions.toString());
        rest.delete("/v1/udls/tail").is(204);
    }

    @Test
    void aSmallBodyWithoutASizeIsAnOrdinaryObject() {
        var bytes = bytes(1 << 20);
        rest.stream("PUT", "/v1/objects/bulk/small", bytes).is(200);
        var got = rest.get("/v1/objects/bulk/small").is(200);
        assertArrayEquals(bytes, got.body());
        assertEquals("", got.header("Repr-Digest"));
        rest.stream("PUT", "/v1/objects/bulk/empty", new byte[0]).is(200);
        assertEquals(0, rest.get("/v1/objects/bulk/empty").is(200).body().length);
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
        assertTrue(refusal("/v1/objects/bulk/x", 2L << 30).contains("squall.limits.bulk-bytes"));
        assertTrue(refusal("/v1/udls", 65L << 20).contains("squall.limits.object-bytes"));
        rest.pool("brief", "{\"retention\":{\"bytes\":67108864}}");
        assertTrue(refusal("/v1/objects/brief/x", LARGE).contains("keeps 67108864 bytes"));
        rest.pool("passing", "{\"store\":\"trigger\"}");
        assertTrue(refusal("/v1/objects/passing/x", LARGE).contains("keeps nothing"));
    }

    /** Announces a body and sends none of it. */
    private String refusal(String path, long size) throws IOException {
        try (var socket = announce("PUT", path, size)) {
            var answer = text(socket.getInputStream());
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            return answer;
        }
    }

    private Socket announce(String method, String path, long size) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(root.getHost(), root.getPort()));
        socket.getOutputStream()
                .write(
                        "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                                .formatted(method, path, size)
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String text(InputStream in) throws IOException {
        var bytes = new byte[4096];
        int length = in.read(bytes);
        return new String(bytes, 0, Math.max(0, length), StandardCharsets.UTF_8);
    }

    /** Uploads whose clients do nothing: a limit, and others go on; when they go, all is free. */
    @Test
    void manyAtATimeAreRefused() throws IOException, InterruptedException {
        awaitMetric("squall_uploads 0.0");
        var silent = new Socket[8];
        try {
            for (int i = 0; i < silent.length; i++) {
                silent[i] = announce("PUT", "/v1/objects/bulk/silent" + i, LARGE);
            }
            awaitMetric("squall_uploads 8.0");
            try (var ninth = announce("PUT", "/v1/objects/bulk/ninth", LARGE)) {
                var answer = text(ninth.getInputStream());
                assertTrue(answer.startsWith("HTTP/1.1 429"), answer);
                assertTrue(answer.contains("squall.limits.uploads"), answer);
            }
            rest.put("/v1/objects/bulk/other", "x").is(200);
        } finally {
            for (var socket : silent) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
        awaitMetric("squall_uploads 0.0");
        awaitMetric("squall_http_bodies_bytes 0.0");
    }

    /** A client that goes in the middle leaves nothing that anybody sees. */
    @Test
    void anUploadThatBreaksOffLeavesNoObject() throws IOException, InterruptedException {
        try (var socket = announce("PUT", "/v1/objects/bulk/broken", LARGE)) {
            socket.getOutputStream().write(bytes(20 << 20));
        }
        awaitMetric("squall_uploads 0.0");
        awaitMetric("squall_http_bodies_bytes 0.0");
        rest.get("/v1/objects/bulk/broken").problem(404, "not-found");
    }

    /** Readers who take nothing, and who go: nothing stays in memory, others are served. */
    @Test
    void abortedDownloadsHoldNobodyUp() throws IOException {
        var path = "/v1/objects/bulk/download";
        var bytes = bytes(LARGE);
        rest.send("PUT", path, bytes).is(200);
        var stuck = new Socket[20];
        try {
            for (int i = 0; i < stuck.length; i++) {
                stuck[i] = new Socket();
                stuck[i].setReceiveBufferSize(4096);
                stuck[i].connect(new InetSocketAddress(root.getHost(), root.getPort()));
                stuck[i].getOutputStream()
                        .write(
                                "GET %s HTTP/1.1\r\nHost: x\r\n\r\n"
                                        .formatted(path)
                                        .getBytes(StandardCharsets.US_ASCII));
                assertTrue(text(stuck[i].getInputStream()).startsWith("HTTP/1.1 200"));
            }
            assertArrayEquals(bytes, rest.get(path).is(200).body());
        } finally {
            for (var socket : stuck) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
        assertArrayEquals(bytes, rest.get(path).is(200).body());
    }

    private void awaitMetric(String line) throws InterruptedException {
        Answer metrics = rest.get("/q/metrics");
        while (!metrics.text().contains(line)) {
            Thread.sleep(20);
            metrics = rest.get("/q/metrics");
        }
    }
}
