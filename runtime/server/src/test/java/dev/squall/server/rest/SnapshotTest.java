package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many keys at one time, on one node; {@code ThreeProcessesIT} has shards that lie elsewhere. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class SnapshotTest {

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private long put(String key, String text) {
        return Long.parseLong(
                rest.put("/v1/objects" + key, text).is(200).header("Squall-Timestamp"));
    }

    @Test
    void manyKeysAsOfOneTime() {
        rest.pool("cuta", "{\"shards\":4}");
        rest.pool("cutb", "{\"store\":\"persistent\",\"shards\":2}");
        long before = put("/cuta/x", "one");
        put("/cutb/y", "two");
        long both = put("/cuta/z", "gone");
        rest.delete("/v1/objects/cuta/z").is(200);
        long last = put("/cuta/x", "three");

        var keys = "&key=/cuta/x&key=/cutb/y&key=/cuta/z&key=/cuta/no";
        var early = rest.get("/v1/snapshot?at=" + before + keys).is(200).json();
        assertEquals(before, early.path("at").asLong());
        assertEquals("b25l", early.at("/objects/0/base64").asText());
        assertEquals("no-key", early.at("/objects/3/missing").asText());
        var middle = rest.get("/v1/snapshot?at=" + both + keys).is(200).json();
        assertEquals("Z29uZQ==", middle.at("/objects/2/base64").asText());
        var late = rest.get("/v1/snapshot?bytes=false&at=" + last + keys).is(200).json();
        assertEquals(5, late.at("/objects/0/size").asInt());
        assertTrue(late.at("/objects/0/base64").isMissingNode());
        assertEquals("/cutb/y", late.at("/objects/1/key").asText());
        assertEquals("deleted", late.at("/objects/2/missing").asText());
        assertEquals(early, rest.get("/v1/snapshot?at=" + before + keys).is(200).json());
    }

    @Test
    void withoutATimeNobodyWaits() {
        rest.pool("cutnow", "{\"shards\":3}");
        long put = put("/cutnow/a", "1");
        var query = "/v1/snapshot?key=/cutnow/a&key=/cutnow/b";
        var cut = rest.get(query + "&wait=0ms").is(200).json();
        while (cut.path("at").asLong() < put) { // the heartbeat comes by itself
            assertFalse(cut.at("/objects/0").has("version"), "nothing before its time");
            cut = rest.get(query + "&wait=0ms").is(200).json();
        }
        assertEquals(put, cut.at("/objects/0/timestamp").asLong());
    }

    @Test
    void whatIsRefused() {
        rest.pool("cutno", "{}");
        rest.get("/v1/snapshot").problem(400, "invalid");
        rest.get("/v1/snapshot?key=cutno").problem(400, "invalid");
        rest.get("/v1/snapshot?key=/cutno/a&at=soon").problem(400, "invalid");
        rest.get("/v1/snapshot?key=/nopool/a").problem(404, "not-found");
        rest.get("/v1/snapshot?key=/cutno/a&at=2099-01-01T00:00:00Z&wait=1ms")
                .problem(425, "too-early");
        var many =
                IntStream.rangeClosed(0, SnapshotResource.KEYS_MAX)
                        .mapToObj(i -> "key=/cutno/" + i)
                        .collect(Collectors.joining("&"));
        var detail = rest.get("/v1/snapshot?" + many).problem(413, "too-large");
        assertTrue(detail.contains("at most 1000"), detail);
        var half = new byte[5 << 20];
        long last = 0;
        for (var key : new String[] {"/cutno/a", "/cutno/b"}) {
            var answer = rest.send("PUT", "/v1/objects" + key, half).is(200);
            last = Long.parseLong(answer.header("Squall-Timestamp"));
        }
        var both = "/v1/snapshot?key=/cutno/a&key=/cutno/b&at=" + last;
        assertTrue(rest.get(both).problem(413, "too-large").contains("bytes=false"));
        rest.get(both + "&bytes=false").is(200);
    }
}
