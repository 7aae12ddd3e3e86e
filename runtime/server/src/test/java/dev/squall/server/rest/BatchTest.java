package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of one shard and of several, as callers see them. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class BatchTest {

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("batch", "{\"store\":\"persistent\",\"shards\":1}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    @Test
    void allOrNothing() {
        var made =
                rest.post(
                                "/v1/batch",
                                """
                                {"put":[{"key":"/batch/a","text":"one","ifNoneMatch":"*"},
                                 {"key":"/batch/b","base64":"AAH/"}]}\
                                """)
                        .is(200)
                        .json();
        assertEquals("durable", made.path("ack").asText());
        long version = made.at("/keys/0/version").asLong();
        assertEquals(version, made.at("/keys/1/version").asLong());
        var a = rest.get("/v1/objects/batch/a").is(200);
        assertEquals("one", a.text());
        assertEquals(3, rest.get("/v1/objects/batch/b").is(200).body().length);
        assertEquals(Long.toString(version), a.header("Squall-Version"));
        assertEquals(
                made.path("timestamp").asText(),
                rest.get("/v1/objects/batch/b").header("Squall-Timestamp"));

        var detail =
                rest.post(
                                "/v1/batch",
                                """
                                {"put":[{"key":"/batch/c","text":"x"}],
                                 "delete":[{"key":"/batch/a","ifMatch":"%d"}]}\
                                """
                                        .formatted(version + 1))
                        .problem(412, "precondition");
        assertTrue(detail.contains("/batch/a is at version " + version), detail);
        rest.get("/v1/objects/batch/c").problem(404, "not-found");

        var second =
                """
                {"put":[{"key":"/batch/c","text":"x"}],"delete":["/batch/a",
                 {"key":"/batch/b","ifMatch":"\\"%d\\""}]}\
                """
                        .formatted(version);
        var done = rest.post("/v1/batch", second, "Squall-Producer", "p/1/1").is(200).json();
        var again = rest.post("/v1/batch", second, "Squall-Producer", "p/1/1").is(200).json();
        assertEquals(done, again, "once");
        rest.get("/v1/objects/batch/b").problem(404, "not-found");
        assertEquals(2, rest.get("/v1/history/batch/b").is(200).json().path("versions").size());
    }

    @Test
    void keysOfSeveralShardsChangeAtOneTime() {
        rest.pool("wide", "{\"store\":\"persistent\",\"shards\":5}");
        rest.pool("flat", "{\"store\":\"volatile\",\"shards\":1}");
        var body = new StringBuilder("{\"put\":[{\"key\":\"/batch/x\",\"text\":\"x\"}");
        var query = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            body.append(",{\"key\":\"/wide/%d\",\"text\":\"x\"}".formatted(i));
            query.append("&key=/wide/").append(i);
        }
        body.append("]}");
        var done = rest.post("/v1/batch", body.toString(), "Squall-Producer", "w/1/1").is(200);
        var again = rest.post("/v1/batch", body.toString(), "Squall-Producer", "w/1/1").is(200);
        assertEquals(done.json(), again.json(), "once");
        long time = done.json().path("timestamp").asLong();
        for (var shown : done.json().path("keys")) {
            var got = rest.get("/v1/objects" + shown.path("key").asText()).is(200);
            assertEquals(Long.toString(time), got.header("Squall-Timestamp"));
            assertEquals(shown.path("version").asText(), got.header("Squall-Version"));
        }
        rest.get("/v1/objects/wide/0?wait=20s&at=" + (time - 1)).problem(404, "not-found");
        var cut = rest.get("/v1/snapshot?wait=20s&at=" + time + query).is(200).json();
        cut.path("objects").forEach(o -> assertEquals("eA==", o.path("base64").asText()));

        var detail =
                rest.post("/v1/batch", body.toString().replace("/batch/x", "/flat/x"))
                        .problem(400, "invalid");
        assertTrue(detail.contains("/flat/x lies in a volatile pool"), detail);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`{}`|without a put or delete",
                "`{\"put\":[{\"text\":\"x\"}]}`|without a key",
                "`{\"put\":[{\"key\":\"/batch/a\"}]}`|either as base64 or as text",
                "`{\"put\":[{\"key\":\"/batch/a\",\"base64\":\"?\"}]}`|base64",
                "`{\"put\":[{\"key\":\"/batch/a\",\"txt\":\"x\"}]}`|txt",
                "`{\"delete\":[\"/batch/a\",\"/batch/a\"]}`|is twice",
                "`{\"delete\":[\"/.squall/view\"]}`|.squall",
                "`{\"delete\":[{\"key\":\"/batch/a\",\"text\":\"\"}]}`|has no bytes"
            })
    void whatIsNoBatch(String body, String said) {
        var detail = rest.post("/v1/batch", body).problem(400, "invalid");
        assertTrue(detail.contains(said), detail);
    }

    @Test
    void membersAlonePassOnRecords() {
        rest.post("/v1/batch/order?shard=1&ack=ordered", "x").problem(400, "invalid");
        rest.post("/v1/batch/order?shard=1&ack=ordered", "x", "Squall-Forwarded", "2")
                .problem(400, "invalid");
        rest.post("/v1/batch", "{\"delete\":[\"/nopool/a\"]}").problem(404, "not-found");
    }
}
