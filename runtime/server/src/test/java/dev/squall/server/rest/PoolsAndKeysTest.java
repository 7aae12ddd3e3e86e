package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class PoolsAndKeysTest {

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

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(t -> texts.add(t.asText()));
        return texts;
    }

    @Test
    void aPoolIsMadeShownAndDeleted() {
        var spec =
                """
                {"store":"persistent","shards":2,"replicas":1,"affinity":"/life/([a-z]+)",
                 "retention":{"versions":5,"bytes":1000000,"age":"90s"},"tier":"edge",
                 "session":"2h"}\
                """;
        var made = rest.put("/v1/pools/life", spec).is(201).json();
        assertEquals("90s", made.path("retention").path("age").asText());
        assertEquals("2h", made.path("session").asText());
        assertEquals(made, rest.put("/v1/pools/life", spec).is(200).json());
        assertEquals(made, rest.get("/v1/pools/life").is(200).json());
        assertTrue(rest.get("/v1/pools").is(200).text().contains(made.toString()));
        rest.put("/v1/pools/life", "{}").problem(409, "conflict");
        rest.delete("/v1/pools/life").is(204);
        rest.get("/v1/pools/life").problem(404, "not-found");
        rest.delete("/v1/pools/life").problem(404, "not-found");
    }

    @Test
    void aPoolSaysOnWhomItLiesAndWhoSends() {
        var spec =
                """
                {"replicas":1,"minReplicas":1,"members":[1],"exclusive":true,"senders":[1]}\
                """;
        var made = rest.put("/v1/pools/mine", spec).is(201).json();
        assertEquals("[1]", made.path("members").toString());
        assertEquals("[1]", made.path("senders").toString());
        assertTrue(made.path("exclusive").asBoolean());
        assertEquals(made, rest.get("/v1/pools/mine").is(200).json());
        rest.put("/v1/objects/mine/a", "x").is(200);
        var far = rest.put("/v1/pools/far", "{\"members\":[7],\"senders\":\"leader\"}").is(201);
        assertEquals("leader", far.json().path("senders").asText());
        var refused = rest.put("/v1/objects/far/a", "x").problem(503, "unavailable");
        assertTrue(refused.contains("needs 1 member, has 0: of [7] none is"), refused);
        rest.delete("/v1/pools/far").is(204);
        rest.delete("/v1/pools/mine").is(204);
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        var made = rest.put("/v1/pools/plain", "").is(201).json();
        assertEquals("volatile", made.path("store").asText());
        assertEquals(1, made.path("shards").asInt());
        assertEquals(1, made.path("replicas").asInt(), "as many as there are members, at most 3");
        assertEquals("any", made.path("tier").asText());
        assertEquals("1h", made.path("session").asText());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "a |`{\"sotre\":\"volatile\"}`|sotre",
                "a |`{\"store\":\"disk\"}`|disk",
                "a |`{\"shards\":0}`|1 to 64",
                "a |`{\"shards\":\"two\"}`|shards",
                "a |`{\"replicas\":9}`|replicas is 9",
                "a |`{\"minReplicas\":2}`|minReplicas is 2",
                "a |`{\"members\":[\"x\"]}`|members",
                "a |`{\"senders\":\"most\"}`|most",
                "a |`{\"senders\":3}`|senders is '3'",
                "a |`{\"exclusive\":true}`|exclusive",
                "a |`{\"affinity\":\"(\"}`|affinity",
                "a |`{\"retention\":{\"age\":\"soon\"}}`|soon",
                "a |`{\"tier\":\"moon\"}`|moon",
                "a |`{\"session\":\"31d\"}`|2592000000",
                "a |`{\"budget\":1000}`|at least 4194304 are needed",
                "a |`{\"budget\":\"much\"}`|budget",
                "a |`{\"full\":\"evict\"}`|there is no budget",
                "a |`{\"budget\":8388608,\"full\":\"explode\"}`|explode",
                "a |`{\"store\":\"persistent\",\"budget\":8388608,\"full\":\"evict\"}`|retention",
                "a |`{\"name\":\"b\"}`|'b'",
                "a |`{`|line 1",
                "a |`[]`|not an object",
                "a |`null`|null",
                "A |`{}`|pool name 'A'",
                ".x|`{}`|pool name '.x'"
            })
    void poolsThatAreRefused(String name, String spec, String said) {
        var detail = rest.put("/v1/pools/" + name.strip(), spec).problem(400, "invalid");
        assertTrue(detail.contains(said), detail);
    }

    @Test
    void theNodesOwnPoolIsNobodysBusiness() {
        assertFalse(rest.get("/v1/pools").text().contains(".squall"));
        rest.get("/v1/pools/.squall").problem(404, "not-found");
        rest.delete("/v1/pools/.squall").problem(404, "not-found");
    }

    @Test
    void keysAreListedInOrderAndInPages() {
        rest.pool("listed", "{\"shards\":4}");
        for (var name : List.of("e", "a", "c/x", "b", "d")) {
            rest.put("/v1/objects/listed/" + name, name).is(200);
        }
        rest.delete("/v1/objects/listed/b").is(200);
        var all = rest.get("/v1/keys?prefix=/listed").is(200).json();
        assertEquals(
                List.of("/listed/a", "/listed/c/x", "/listed/d", "/listed/e"),
                texts(all.path("keys")));
        assertTrue(all.path("next").isMissingNode(), "the only page");

        var first = rest.get("/v1/keys?prefix=/listed/&limit=3").is(200).json();
        assertEquals(List.of("/listed/a", "/listed/c/x", "/listed/d"), texts(first.path("keys")));
        var next = first.path("next").asText();
        var second = rest.get("/v1/keys?prefix=/listed/&limit=3&after=" + next).is(200).json();
        assertEquals(List.of("/listed/e"), texts(second.path("keys")));
        assertTrue(second.path("next").isMissingNode(), "the last page");

        assertEquals(
                List.of("/listed/c/x"),
                texts(rest.get("/v1/keys?prefix=/listed/c").json().path("keys")));
        assertTrue(texts(rest.get("/v1/keys").json().path("keys")).contains("/listed/e"));
    }

    @Test
    void keysOfThePast() {
        rest.pool("then", "{\"shards\":2}");
        var time = rest.put("/v1/objects/then/a", "1").is(200).header("Squall-Timestamp");
        rest.put("/v1/objects/then/b", "1").is(200);
        rest.delete("/v1/objects/then/a").is(200);
        assertEquals(
                List.of("/then/a"),
                texts(rest.get("/v1/keys?prefix=/then&at=" + time).is(200).json().path("keys")));
        assertEquals(
                List.of("/then/b"),
                texts(rest.get("/v1/keys?prefix=/then").is(200).json().path("keys")));
        rest.get("/v1/keys?prefix=/then&wait=1ms&at=2099-01-01T00:00:00Z")
                .problem(425, "too-early");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/keys?prefix=listed, 400, invalid",
        "/v1/keys?prefix=/listed&limit=0, 400, invalid",
        "/v1/keys?prefix=/listed&limit=10001, 400, invalid",
        "/v1/keys?prefix=/nowhere/x, 404, not-found",
        "/v1/history/nowhere/x, 404, not-found",
        "/v1/history/listed/never, 404, not-found",
        "/v1/history/listed/x?from=then, 400, invalid"
    })
    void questionsWithoutAnAnswer(String path, int status, String type) {
        rest.pool("listed", "{\"shards\":4}");
        rest.put("/v1/objects/listed/x", "1").is(200);
        rest.get(path).problem(status, type);
        rest.delete("/v1/objects/listed/x").is(200);
    }

    @Test
    void theVersionsOfAKey() {
        rest.pool("versions", "{}");
        var path = "/v1/objects/versions/k";
        var one = rest.put(path, "1").is(200).json();
        var two = rest.put(path, "22").is(200).json();
        var gone = rest.delete(path).is(200).json();
        var all = rest.get("/v1/history/versions/k").is(200).json();
        assertEquals(
                "[{\"version\":%d,\"timestamp\":%d,\"size\":1,\"deleted\":false},"
                                .formatted(
                                        one.path("version").asLong(),
                                        one.path("timestamp").asLong())
                        + "{\"version\":%d,\"timestamp\":%d,\"size\":2,\"deleted\":false},"
                                .formatted(
                                        two.path("version").asLong(),
                                        two.path("timestamp").asLong())
                        + "{\"version\":%d,\"timestamp\":%d,\"size\":0,\"deleted\":true}]"
                                .formatted(
                                        gone.path("version").asLong(),
                                        gone.path("timestamp").asLong()),
                all.path("versions").toString());
        assertTrue(all.path("next").isMissingNode());

        var first = rest.get("/v1/history/versions/k?limit=2").is(200).json();
        assertEquals(2, first.path("versions").size());
        var rest2 = rest.get("/v1/history/versions/k?from=" + first.path("next").asLong()).json();
        assertEquals(1, rest2.path("versions").size());

        var middle = two.path("version").asLong();
        var only = rest.get("/v1/history/versions/k?from=%1$d&to=%1$d".formatted(middle)).json();
        assertEquals(middle, only.path("versions").get(0).path("version").asLong());
        assertEquals(1, only.path("versions").size());
        var since = rest.get("/v1/history/versions/k?from=2026-01-01T00:00:00Z").json();
        assertEquals(3, since.path("versions").size());
        var until = rest.get("/v1/history/versions/k?to=2026-01-01T00:00:00Z").json();
        assertEquals(0, until.path("versions").size());
    }
}
