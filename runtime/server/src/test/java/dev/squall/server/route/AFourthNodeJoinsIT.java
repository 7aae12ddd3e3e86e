package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes, and a fourth that none of them was configured with: it knows the address of one,
 * comes in, gets its share of the shards, and who held too many lets them go.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AFourthNodeJoinsIT {

    private static final int SHARDS = 12;
    private static final int PUTS = 48;
    private static final List<NodeProcess> NODES = new ArrayList<>();

    @TempDir private static Path directory = Path.of("."); // set by JUnit

    @BeforeAll
    static void start() {
        NODES.addAll(NodeProcess.start(3, directory));
        node(1).pool(
                        "two",
                        "{\"store\":\"persistent\",\"shards\":%d,\"replicas\":2}"
                                .formatted(SHARDS));
        node(2).pool("led", "{\"store\":\"volatile\",\"replicas\":3,\"senders\":\"leader\"}");
        for (int i = 0; i < PUTS; i++) {
            node(i % 3 + 1).put("/v1/objects/two/" + i, "v" + i).is(200);
            node(i % 3 + 1).put("/v1/objects/led/" + i, "v" + i).is(200);
        }
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    private static List<Integer> numbers(JsonNode array) {
        var numbers = new ArrayList<Integer>();
        array.forEach(n -> numbers.add(n.asInt()));
        return numbers;
    }

    /** The members of each shard of a pool. */
    private static List<List<Integer>> shards(int asked, String pool) {
        var shards = new ArrayList<List<Integer>>();
        for (var shard : node(asked).get("/v1/cluster").is(200).json().path("shards")) {
            if (shard.path("pool").asText().equals(pool)) {
                shards.add(numbers(shard.path("members")));
            }
        }
        return shards;
    }

    private static boolean laidOut(List<List<Integer>> shards) {
        return shards.size() == SHARDS && shards.stream().allMatch(s -> s.size() == 2);
    }

    @Test
    void itGetsItsShare() throws InterruptedException {
        NODES.add(NodeProcess.join(4, NODES.getFirst(), directory));
        NODES.get(3).awaitReady();
        var cluster = node(1).get("/v1/cluster").is(200).json();
        assertEquals(List.of(1, 2, 3, 4), numbers(cluster.path("viewMembers")));
        var shards = shards(1, "two");
        while (!laidOut(shards)) {
            Thread.sleep(100); // until who was replaced has gone
            shards = shards(1, "two");
        }
        long its = shards.stream().filter(s -> s.contains(4)).count();
        assertTrue(its > 0 && its < SHARDS, shards::toString);

        for (var process : NODES) {
            process.awaitReady();
            for (int i = 0; i < PUTS; i++) {
                assertEquals("v" + i, process.rest().get("/v1/objects/two/" + i).is(200).text());
            }
            process.rest().put("/v1/objects/led/late", "x").is(200);
        }
        for (int i = 0; i < PUTS; i++) {
            node(4).put("/v1/objects/two/" + i, "w" + i).is(200);
            assertEquals("w" + i, node(2).get("/v1/objects/two/" + i).is(200).text());
        }
    }
}
