package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Echo;
import dev.squall.server.testing.Jars;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What has a label is kept, the rest goes. */
@QuarkusTest
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class LabelTest {

    private static final byte[] LARGE = new byte[1 << 20];

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

    /** Puts so much that several segments of 16 MiB have to go. */
    private void fill(String pool) {
        for (int i = 0; i < 100; i++) {
            rest.send("PUT", "/v1/objects/" + pool + "/rest" + i, LARGE).is(200);
        }
    }

    private long put(String path, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var answer = rest.send("PUT", "/v1/objects" + path, bytes).is(200).json();
        return answer.path("version").asLong();
    }

    private void keepsWhatIsLabelled(String pool, String store) {
        rest.pool(
                pool,
                "{\"store\":\"%s\",\"retention\":{\"bytes\":50331648,\"keep\":{".formatted(store)
                        + "\"labels\":[\"interesting\"],\"bytes\":4194304}}}");
        var shown = rest.get("/v1/pools/" + pool).is(200).json().path("retention").path("keep");
        assertEquals("interesting", shown.path("labels").path(0).asText());
        var at = "/" + pool;
        long first = put(at + "/gate", "a car");
        long second = put(at + "/gate", "nothing");
        put(at + "/door?label=interesting", "a cat");
        put(at + "/wall", "nothing");
        var set =
                rest.send(
                                "PUT",
                                "/v1/labels%s/gate?label=interesting&version=%d"
                                        .formatted(at, first),
                                new byte[0])
                        .is(200)
                        .json();
        assertEquals("interesting", set.path("label").asText());
        rest.send("DELETE", "/v1/objects" + at + "/door", new byte[0]).is(200);

        fill(pool);

        rest.get("/v1/objects" + at + "/wall").problem(404, "not-found");
        var gate = rest.get("/v1/objects%s/gate?version=%d".formatted(at, first)).is(200);
        assertEquals("a car", gate.text());
        rest.get("/v1/objects%s/gate?version=%d".formatted(at, second)).problem(404, "not-found");
        rest.get("/v1/objects%s/gate".formatted(at)).problem(404, "not-found");
        rest.get("/v1/objects%s/door".formatted(at)).problem(404, "not-found");
        var history = rest.get("/v1/history" + at + "/gate").is(200).json().path("versions");
        assertEquals(1, history.size());
        assertEquals(first, history.path(0).path("version").asLong());
        assertEquals("interesting", history.path(0).path("label").asText());
        var labels = rest.get("/v1/labels" + at + "/door").is(200).json().path("versions");
        assertEquals(1, labels.size(), "kept, though the key was deleted later");

        var remove = "/v1/labels%s/gate?version=%d".formatted(at, first);
        rest.send("DELETE", remove, new byte[0]).is(200);
        fill(pool);
        rest.get("/v1/objects%s/gate?version=%d".formatted(at, first)).problem(404, "not-found");
        rest.delete("/v1/pools/" + pool).is(204);
    }

    @Test
    void whatIsLabelledStaysInMemory() {
        keepsWhatIsLabelled("interest", "volatile");
    }

    @Test
    void whatIsLabelledStaysOnDisk() {
        keepsWhatIsLabelled("archive", "persistent");
    }

    @Test
    void logicSaysWhatIsInteresting() throws InterruptedException {
        rest.pool(
                "seen",
                "{\"retention\":{\"bytes\":50331648,\"keep\":{\"labels\":[\"interesting\"],"
                        + "\"bytes\":4194304}}}");
        var jar = Jars.echo("marks", 1, "/seen/gate", "/seen/echo");
        rest.send("POST", "/v1/udls", jar, "Content-Type", "application/java-archive").is(201);
        long version = put("/seen/gate/1", Echo.LABEL + "interesting");
        put("/seen/gate/2", "nothing");
        while (rest.get("/v1/labels/seen/gate/1").is(200).json().path("versions").isEmpty()) {
            Thread.sleep(20); // until the logic has run
        }
        fill("seen");
        var kept = rest.get("/v1/objects/seen/gate/1").is(200);
        assertEquals(Echo.LABEL + "interesting", kept.text());
        assertEquals(Long.toString(version), kept.header("Squall-Version"));
        assertEquals("interesting", kept.header("Squall-Label"));
        rest.get("/v1/objects/seen/gate/2").problem(404, "not-found");
        rest.delete("/v1/udls/marks").is(204);
        rest.delete("/v1/pools/seen").is(204);
    }

    @Test
    void whatCannotBeLabelledIsRefusedWithTheReason() {
        rest.pool("plain", "{}");
        put("/plain/a", "x");
        var none = "/v1/labels/plain/a?label=interesting";
        var told = rest.send("PUT", none, new byte[0]).problem(400, "invalid");
        assertTrue(told.contains("retention.keep"), told);
        rest.delete("/v1/pools/plain").is(204);

        rest.pool(
                "few",
                "{\"retention\":{\"age\":\"1h\",\"keep\":{\"labels\":[\"good\"],"
                        + "\"bytes\":2097152}}}");
        var other = rest.send("PUT", "/v1/objects/few/a?label=bad", LARGE).problem(400, "invalid");
        assertTrue(other.contains("[good]"), other);
        rest.send("PUT", "/v1/labels/few/none?label=good", new byte[0]).problem(404, "not-found");
        rest.send("PUT", "/v1/objects/few/a?label=good", LARGE).is(200);
        var full = rest.send("PUT", "/v1/objects/few/b?label=good", LARGE).problem(507, "full");
        assertTrue(full.contains("retention.keep"), full);
        rest.send("PUT", "/v1/objects/few/b", LARGE).is(200);
        rest.send("PUT", "/v1/labels/few/b?label=good", new byte[0]).problem(507, "full");
        rest.send("DELETE", "/v1/labels/few/a", new byte[0]).is(200);
        rest.send("PUT", "/v1/labels/few/b?label=good", new byte[0]).is(200);
        rest.delete("/v1/pools/few").is(204);
    }
}
