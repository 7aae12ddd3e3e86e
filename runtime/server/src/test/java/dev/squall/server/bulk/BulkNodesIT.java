package dev.squall.server.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large objects against nodes with a small heap (256 MiB), one of which only passes them on: three
 * processes, a persistent pool with two replicas.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BulkNodesIT {

    /** As large as an object may be, unless told otherwise. */
    private static final long SIZE = Long.getLong("squall.bulk.bytes", 1L << 30);

    /** Memory of its own that a node takes while it passes such an object on: 448 MiB. */
    private static final long ANONYMOUS_KIB_MAX = 448 << 10;

    private static final List<NodeProcess> NODES = new ArrayList<>();
    private static int holder;
    private static int other;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start(@TempDir Path directory) {
        NODES.addAll(NodeProcess.start(3, directory));
        node(1).pool("bulk", "{\"store\":\"persistent\",\"shards\":1,\"replicas\":2}");
        for (var shard : node(1).get("/v1/cluster").is(200).json().path("shards")) {
            holder = shard.path("members").get(0).asInt();
            other = 6 - holder - shard.path("members").get(1).asInt();
        }
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    /** Bytes that follow from their place alone. */
    private static final class Pattern extends InputStream {
        private final CountDownLatch half;
        private final long size;
        private long at;

        Pattern(long size, CountDownLatch half) {
            this.size = size;
            this.half = half;
        }

        static byte at(long place) {
            return (byte) ((place * 0x9E37_79B9L) >>> 13);
        }

        @Override
        public int read() {
            return at < size ? at(at++) & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (at == size) {
                return -1;
            }
            int some = (int) Math.min(length, size - at);
            for (int i = 0; i < some; i++) {
                into[from + i] = at(at + i);
            }
            at += some;
            if (at > size / 2) {
                half.countDown();
            }
            return some;
        }
    }

    private CompletableFuture<HttpResponse<String>> put(
            int id, String key, long size, CountDownLatch half) {
        var stream = BodyPublishers.ofInputStream(() -> new Pattern(size, half));
        return http.sendAsync(
                HttpRequest.newBuilder(uri(id, key))
                        .PUT(BodyPublishers.fromPublisher(stream, size))
                        .build(),
                BodyHandlers.ofString());
    }

    private static URI uri(int id, String key) {
        return NODES.get(id - 1).uri().resolve("/v1/objects" + key);
    }

    private void readWhole(int id, String key, long size) throws IOException, InterruptedException {
        var answer =
                http.send(
                        HttpRequest.newBuilder(uri(id, key)).build(), BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        assertEquals(size, answer.headers().firstValueAsLong("Content-Length").orElse(-1));
        var bytes = new byte[1 << 16];
        long at = 0;
        try (var in = answer.body()) {
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                for (int i = 0; i < n; i++) {
                    if (bytes[i] != Pattern.at(at + i)) {
                        throw new AssertionError("node " + id + ", byte " + (at + i));
                    }
                }
                at += n;
            }
        }
        assertEquals(size, at);
    }

    @Test
    @Order(1)
    void itGoesThroughInConstantMemory()
            throws IOException, InterruptedException, ExecutionException {
        var half = new CountDownLatch(1);
        assertEquals(200, put(other, "/bulk/large", SIZE, half).get().statusCode());
        readWhole(other, "/bulk/large", SIZE);
        readWhole(holder, "/bulk/large", SIZE);
        for (long from = SIZE - 4; from > 0; from -= SIZE / 7) {
            var range = "bytes=%d-%d".formatted(from, from + 3);
            var expected = new byte[4];
            for (int i = 0; i < 4; i++) {
                expected[i] = Pattern.at(from + i);
            }
            var part = node(other).get("/v1/objects/bulk/large", "Range", range).is(206);
            assertArrayEquals(expected, part.body());
        }
        for (int id = 1; id <= 3; id++) {
            var told =
                    "node %d (%s): VmHWM %d KiB, RssAnon %d KiB, RssFile %d KiB"
                            .formatted(
                                    id,
                                    id == other ? "passes on" : "holds",
                                    NODES.get(id - 1).kib("VmHWM"),
                                    NODES.get(id - 1).kib("RssAnon"),
                                    NODES.get(id - 1).kib("RssFile"));
            System.err.println(told);
        }
        long anonymous = NODES.get(other - 1).kib("VmHWM");
        assertTrue(anonymous < ANONYMOUS_KIB_MAX, anonymous + " KiB");
    }

    /** The node that takes an upload dies in the middle: nothing is there, and all goes on. */
    @Test
    @Order(2)
    void anUploadWhoseNodeIsKilledLeavesNoObject()
            throws IOException, InterruptedException, ExecutionException {
        long size = 200L << 20;
        var half = new CountDownLatch(1);
        var broken = put(holder, "/bulk/broken", size, half);
        half.await();
        NODES.get(holder - 1).kill();
        assertFalse(broken.handle((a, e) -> e == null && a.statusCode() == 200).get());
        int left = 1 + holder % 3;
        while (node(left).put("/v1/objects/bulk/small", "x").status() != 200) {
            Thread.sleep(50);
        }
        assertEquals("no-key", reason(node(left), "/v1/objects/bulk/broken"));
        while (put(left, "/bulk/broken", size, half).get().statusCode() != 200) {
            Thread.sleep(50); // the shard may still be on its way to another node
        }
        NODES.get(holder - 1).startAgain();
        NODES.forEach(NodeProcess::awaitReady);
        for (int id = 1; id <= 3; id++) {
            readWhole(id, "/bulk/broken", size);
        }
        var keys = node(left).get("/v1/keys?prefix=/bulk").is(200).json().path("keys");
        assertEquals("[\"/bulk/broken\",\"/bulk/large\",\"/bulk/small\"]", keys.toString());
    }

    /** Why it is not there, once the view has changed. */
    private static String reason(Rest node, String path) throws InterruptedException {
        var answer = node.get(path);
        while (answer.status() == 503) {
            Thread.sleep(50);
            answer = node.get(path);
        }
        return answer.is(404).json().path("reason").asText();
    }
}
