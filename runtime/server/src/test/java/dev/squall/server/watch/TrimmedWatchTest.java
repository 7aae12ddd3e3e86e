package dev.squall.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What retention has dropped before a watch came to it is told, never passed over. */
@QuarkusTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class TrimmedWatchTest {

    @TestHTTPResource("/")
    URI root;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Enough to fill several segments of 16 MiB, of which retention keeps one. */
    private static final byte[] LARGE = new byte[1 << 20];

    private static final int LARGE_PUTS = 50;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private long put(String path, byte[] bytes) {
        return rest.send("PUT", path, bytes).is(200).json().path("version").asLong();
    }

    @Test
    void aPositionThatWasDroppedIsTold() {
        rest.pool("short", "{\"retention\":{\"bytes\":1048576}}");
        long first = put("/v1/objects/short/first", new byte[1]);
        String early;
        try (var events = rest.watch("prefix=/short&from=" + first)) {
            early = events.next().id();
        }
        var versions = new TreeSet<Long>();
        for (int i = 0; i < LARGE_PUTS; i++) {
            versions.add(put("/v1/objects/short/" + i, LARGE));
        }
        try (var events = rest.watch("prefix=/short", "Last-Event-ID", early)) {
            var told = events.next();
            assertEquals("trimmed", told.type());
            assertEquals(first, told.data().path("after").asLong());
            long through = told.data().path("through").asLong();
            assertTrue(versions.contains(through), told.toString());
            var next = events.next();
            assertEquals(versions.higher(through), next.data().path("version").asLong());
            try (var resumed = rest.watch("prefix=/short", "Last-Event-ID", told.id())) {
                assertEquals(next, resumed.next(), "it is told once");
            }
        }
        for (var from : List.of(0L, 1L, first + 1)) {
            try (var events = rest.watch("prefix=/short&from=" + from)) {
                assertEquals("trimmed", events.next().type(), "from " + from);
            }
        }
        try (var events = rest.watch("prefix=/short&from=" + versions.last())) {
            assertEquals(versions.last(), events.next().data().path("version").asLong());
        }
    }

    /** A client that takes nothing for a long while: writers go on, and it is told of the gap. */
    @Test
    void whoeverIsTooSlowIsToldWhatIsGone() throws IOException {
        rest.pool("rush", "{\"retention\":{\"bytes\":1048576}}");
        var all = new TreeSet<Long>();
        try (var slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(root.getHost(), root.getPort()));
            slow.getOutputStream()
                    .write(
                            "GET /v1/watch?prefix=/rush&from=0 HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            // More events than the connection's buffers take, then more bytes than are kept.
            for (int i = 0; i < 6_000; i++) {
                all.add(put("/v1/objects/rush/" + "k".repeat(900) + "/" + i, new byte[1]));
            }
            for (int i = 0; i < LARGE_PUTS; i++) {
                all.add(put("/v1/objects/rush/" + i, LARGE));
            }
            var seen = new ArrayList<Long>();
            var told = new TreeSet<Long>();
            readUntil(all.last(), slow, all, seen, told);
            assertEquals(seen.stream().sorted().distinct().toList(), seen);
            assertTrue(!told.isEmpty() && !seen.isEmpty(), "told of " + told.size());
            told.addAll(seen);
            assertEquals(all, told, "what was neither seen nor told");
        }
    }

    private static void readUntil(
            long last, Socket socket, NavigableSet<Long> all, List<Long> seen, Set<Long> told)
            throws IOException {
        var in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        while (seen.isEmpty() || seen.getLast() < last) {
            var line = in.readLine();
            if (line == null) {
                throw new AssertionError("the stream ended after " + seen.size());
            }
            if (line.startsWith("data: ")) {
                JsonNode data = JSON.readTree(line.substring("data: ".length()));
                if (data.has("through")) {
                    long after = data.path("after").asLong();
                    told.addAll(all.subSet(after, false, data.path("through").asLong(), true));
                } else {
                    seen.add(data.path("version").asLong());
                }
            }
        }
    }
}
