package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Pools with a budget: what a caller is told when one is full, and what goes when it evicts. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class BudgetTest {

    private static final int BUDGET = 8 << 20;
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

    private void pool(String name, String more) {
        rest.pool(name, "{\"budget\":" + BUDGET + more + "}");
    }

    private JsonNode figures(String pool) {
        for (var figures : rest.get("/v1/cluster").is(200).json().path("pools")) {
            if (figures.path("name").asText().equals(pool)) {
                return figures;
            }
        }
        throw new AssertionError("no pool " + pool);
    }

    @Test
    void aFullPoolRefusesWith507AndSaysWhyAndWhatToDo() {
        pool("full", "");
        assertEquals(BUDGET, rest.get("/v1/pools/full").json().path("budget").asInt());
        assertEquals("refuse", rest.get("/v1/pools/full").json().path("full").asText());
        String[] retry = {"Squall-Producer", "cam/1/1"};
        var first = rest.send("PUT", "/v1/objects/full/first", LARGE, retry).is(200).json();
        for (int i = 0; i < 6; i++) {
            rest.send("PUT", "/v1/objects/full/" + i, LARGE).is(200);
        }
        var refused = rest.send("PUT", "/v1/objects/full/more", LARGE).problem(507, "full");
        assertTrue(refused.contains("budget is 8388608 bytes a shard"), refused);
        assertTrue(refused.contains("\"full\":\"evict\""), refused);
        rest.get("/v1/objects/full/more").problem(404, "not-found");
        assertEquals(
                first,
                rest.send("PUT", "/v1/objects/full/first", LARGE, retry).is(200).json(),
                "a retry of what is there gets its first answer");
        var batch =
                "{\"put\":[{\"key\":\"/full/b\",\"text\":\"%s\"}]}".formatted("x".repeat(1 << 20));
        var none =
                rest.send("POST", "/v1/batch", batch.getBytes(StandardCharsets.UTF_8))
                        .problem(507, "full");
        assertTrue(none.contains("nothing was done"), none);
        rest.put("/v1/objects/full/small", "x").is(200);
        rest.delete("/v1/objects/full/0").is(200);

        long used = figures("full").path("usedBytes").asLong();
        assertTrue(used > 7 << 20 && used <= BUDGET, "used " + used);
        assertEquals(BUDGET, figures("full").path("budgetBytes").asInt());
        rest.delete("/v1/pools/full").is(204);
    }

    @Test
    void theOldestGoesFromAPoolThatEvicts() {
        pool("ring", ",\"full\":\"evict\"");
        for (int i = 0; i < 20; i++) {
            rest.send("PUT", "/v1/objects/ring/" + i, LARGE).is(200);
            assertTrue(figures("ring").path("usedBytes").asLong() <= BUDGET);
        }
        rest.get("/v1/objects/ring/19").is(200);
        rest.get("/v1/objects/ring/15").is(200);
        rest.get("/v1/objects/ring/0").problem(404, "not-found");
        var tooLarge =
                rest.send("PUT", "/v1/objects/ring/x", new byte[5 << 20]).problem(507, "full");
        assertTrue(tooLarge.contains("One change may take 4194304 bytes at most"), tooLarge);
        rest.get("/v1/objects/ring/19").is(200);
        rest.delete("/v1/pools/ring").is(204);
    }

    @Test
    void whatIsInUseIsMeasured() throws InterruptedException {
        pool("weighed", "");
        rest.put("/v1/objects/weighed/a", "x").is(200);
        var budget = "squall_shard_budget_bytes{pool=\"weighed\",shard=\"0\"} 8388608.0";
        while (!rest.get("/q/metrics").text().contains(budget)) {
            Thread.sleep(100); // shards get their meters every 2 s
        }
        var metrics = rest.get("/q/metrics").is(200).text();
        for (var name : new String[] {"used_bytes", "refused_total", "evicted_bytes_total"}) {
            assertTrue(metrics.contains("squall_shard_" + name + "{pool=\"weighed\""), metrics);
        }
        rest.delete("/v1/pools/weighed").is(204);
    }
}
