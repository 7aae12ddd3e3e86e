package dev.squall.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.EventStream;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class WatchTest {

    @TestHTTPResource("/")
    URI root;

    /** As application.properties has it for tests. */
    private static final int LIMIT = 12;

    /** With keys of 900 characters, more than a connection's buffers take. */
    private static final int PUTS = 6_400;

    private static final int WRITERS = 8;

    private static final Pattern VERSION = Pattern.compile("\"version\":([0-9]+)");

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("seen", "{\"shards\":3}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    @Test
    void whatChangesIsSaidAsItChanges() {
        try (var events = rest.watch("prefix=/seen/now/")) {
            events.begin();
            var put = rest.put("/v1/objects/seen/now/a", "hello").is(200).json();
            rest.put("/v1/objects/seen/other", "x").is(200);
            var deleted = rest.delete("/v1/objects/seen/now/a").is(200).json();

            var first = events.next();
            assertEquals("put", first.type());
            assertEquals("/seen/now/a", first.data().path("key").asText());
            assertEquals(put.path("version"), first.data().path("version"));
            assertEquals(put.path("timestamp"), first.data().path("timestamp"));
            assertEquals(put.path("shard"), first.data().path("shard"));
            assertEquals(5, first.data().path("size").asInt());
            assertEquals(false, first.data().path("deleted").asBoolean());

            var second = events.next();
            assertEquals("put", second.type());
            assertEquals(true, second.data().path("deleted").asBoolean());
            assertEquals(deleted.path("version"), second.data().path("version"));
        }
    }

    @Test
    void thePastComesFirstWhenItIsAskedFor() {
        rest.put("/v1/objects/seen/past/a", "1").is(200);
        var from = rest.put("/v1/objects/seen/past/a", "2").is(200).header("Squall-Version");
        try (var events = rest.watch("prefix=/seen/past&from=0")) {
            assertEquals(1, events.next().data().path("size").asInt());
            assertEquals(from, events.next().data().path("version").asText());
        }
        try (var events = rest.watch("prefix=/seen/past/a&from=" + from)) {
            assertEquals(from, events.next().data().path("version").asText());
        }
    }

    /** However often the connection is lost, each change of each shard is seen once, in order. */
    @Test
    void aStreamGoesOnWhereItBrokeOff() {
        var sent = new ArrayList<String>();
        var seen = new ArrayList<String>();
        var last = "";
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 7; i++) {
                var key = "/seen/lost/" + i;
                var put = rest.put("/v1/objects" + key, "x").is(200).header("Squall-Version");
                sent.add(key + "@" + put);
            }
            int more = sent.size() - seen.size() - (round == 4 ? 0 : 3);
            try (var events = resume(last)) {
                for (int i = 0; i < more; i++) {
                    var event = events.next();
                    last = event.id();
                    var data = event.data();
                    seen.add(data.path("key").asText() + "@" + data.path("version").asText());
                }
            }
        }
        assertEquals(sent.stream().sorted().toList(), seen.stream().sorted().toList());
    }

    private EventStream resume(String last) {
        return last.isEmpty()
                ? rest.watch("prefix=/seen/lost&from=0")
                : rest.watch("prefix=/seen/lost", "Last-Event-ID", last);
    }

    @Test
    void evenAStreamThatSaidNothingCanBeResumed() {
        String begin;
        try (var events = rest.watch("prefix=/seen/quiet")) {
            begin = events.begin();
        }
        rest.put("/v1/objects/seen/quiet/a", "1").is(200);
        try (var events = rest.watch("prefix=/seen/quiet", "Last-Event-ID", begin)) {
            assertEquals("/seen/quiet/a", events.next().data().path("key").asText());
        }
    }

    /** A client that takes nothing: writers go on, and what it left it gets later, in order. */
    @Test
    void aSlowClientHoldsUpNobody() throws IOException {
        rest.pool("burst", "{}");
        var key = "/v1/objects/burst/" + "k".repeat(900) + "/";
        try (var slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(root.getHost(), root.getPort()));
            slow.getOutputStream()
                    .write(
                            "GET /v1/watch?prefix=/burst&from=0 HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            putAll(key);
            var in =
                    new BufferedReader(
                            new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            long version = 0;
            for (int seen = 0; seen < PUTS; ) {
                var line = in.readLine();
                assertNotNull(line, "the stream ended after " + seen);
                if (line.startsWith("data: ")) {
                    long next =
                            VERSION.matcher(line)
                                    .results()
                                    .findFirst()
                                    .map(WatchTest::number)
                                    .orElseThrow();
                    assertTrue(next > version, version + " then " + next);
                    version = next;
                    seen++;
                }
            }
        }
    }

    private void putAll(String key) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<CompletableFuture<Void>>();
            for (int w = 0; w < WRITERS; w++) {
                int writer = w;
                writers.add(CompletableFuture.runAsync(() -> putSome(key + writer), threads));
            }
            writers.forEach(CompletableFuture::join);
        }
    }

    private void putSome(String key) {
        for (int i = 0; i < PUTS / WRITERS; i++) {
            rest.put(key + "/" + i, "x").is(200);
        }
    }

    private static long number(MatchResult match) {
        return Long.parseLong(match.group(1));
    }

    @Test
    void questionsThatAreRefused() {
        rest.get("/v1/watch?prefix=/nowhere").problem(404, "not-found");
        rest.get("/v1/watch?prefix=seen").problem(400, "invalid");
        rest.get("/v1/watch?prefix=/seen&from=x").problem(400, "invalid");
        rest.get("/v1/watch?prefix=/seen", "Last-Event-ID", "x").problem(400, "invalid");
    }

    @Test
    void thereIsALimit() throws InterruptedException {
        awaitNone();
        var open = new ArrayList<EventStream>();
        try {
            for (int i = 0; i < LIMIT; i++) {
                var stream = rest.watch("prefix=/seen");
                stream.begin();
                open.add(stream);
            }
            var detail = rest.get("/v1/watch?prefix=/seen").problem(429, "overloaded");
            assertTrue(detail.contains(Integer.toString(LIMIT)), detail);
        } finally {
            open.forEach(EventStream::close);
        }
        awaitNone();
        try (var events = rest.watch("prefix=/seen")) {
            events.begin();
        }
    }

    /** The places of closed connections are free again, soon. */
    private void awaitNone() throws InterruptedException {
        while (!rest.get("/q/metrics").text().contains("squall_watches 0.0")) {
            Thread.sleep(20);
        }
    }
}
