package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * Members die, leave and come back while puts go on: three processes, a pool of which all hold
 * everything, and one of which two hold each key, so that a third of all puts is passed on.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MembersComeAndGoIT {

    private static final int PUTS = 60;
    private static final List<NodeProcess> NODES = new ArrayList<>();

    /** What was acknowledged, by path. */
    private static final Map<String, String> ACKNOWLEDGED = new TreeMap<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        NODES.addAll(NodeProcess.start(3, directory));
        node(1).pool("all", "{\"store\":\"persistent\",\"shards\":2,\"replicas\":3}");
        node(2).pool("two", "{\"store\":\"persistent\",\"shards\":6,\"replicas\":2}");
        put("first", node(1), node(2), node(3));
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    /** Puts at these nodes in turn; none may fail. */
    private static void put(String tag, Rest... nodes) {
        for (int i = 0; i < PUTS; i++) {
            var path = "/v1/objects/%s/%s/%d".formatted(i % 2 == 0 ? "all" : "two", tag, i);
            nodes[i % nodes.length].put(path, tag + i).is(200);
            ACKNOWLEDGED.put(path, tag + i);
        }
    }

    private static void readsAll(Rest node) {
        ACKNOWLEDGED.forEach((path, value) -> assertEquals(value, node.get(path).is(200).text()));
    }

    /** Puts again and again, as a client does that is told to come back. */
    private static void putUntilTaken(Rest node, String path) throws InterruptedException {
        var answer = node.put(path, "again", "Squall-Producer", "client/1/" + path.length());
        while (answer.status() == 503) {
            Thread.sleep(50);
            answer = node.put(path, "again", "Squall-Producer", "client/1/" + path.length());
        }
        answer.is(200);
        ACKNOWLEDGED.put(path, "again");
    }

    private static void comesBack(int id) throws IOException {
        NODES.get(id - 1).startAgain();
        NODES.get(id - 1).awaitReady();
    }

    /** Waits, for one that is slow for a moment is suspected, and views change once more. */
    private static void awaitWhole(int id) throws InterruptedException {
        while (true) {
            NODES.get(id - 1).awaitReady();
            var cluster = node(id).get("/v1/cluster").is(200).json();
            if (cluster.path("viewMembers").toString().equals("[1,2,3]")
                    && cluster.path("state").asText().equals("ready")) {
                return;
            }
            Thread.sleep(50);
        }
    }

    private static void allIsWell(String tag) throws InterruptedException {
        for (int id = 1; id <= 3; id++) {
            awaitWhole(id);
            readsAll(node(id));
        }
        put(tag, node(1), node(2), node(3));
    }

    @Test
    @Order(1)
    void whoeverIsKilledIsMissedForAMomentOnly() throws IOException, InterruptedException {
        NODES.get(2).kill();
        putUntilTaken(node(1), "/v1/objects/all/killed");
        putUntilTaken(node(2), "/v1/objects/two/killed");
        put("without", node(1), node(2));
        readsAll(node(1));
        readsAll(node(2));
        var cluster = node(1).get("/v1/cluster").is(200).json();
        assertEquals("[1,2]", cluster.path("viewMembers").toString());
        assertEquals(false, cluster.path("members").get(2).path("alive").asBoolean());
        assertEquals("[3]", cluster.path("missing").toString());
        comesBack(3);
        allIsWell("with");
    }

    @Test
    @Order(2)
    void whoeverIsAskedToEndLeavesInOrder() throws IOException, InterruptedException {
        var leaving = Thread.startVirtualThread(NODES.get(1)::terminate);
        for (int round = 0; leaving.isAlive(); round++) {
            put("leaving" + round, node(1), node(3)); // not one of them fails
        }
        leaving.join();
        assertTrue(NODES.get(1).log().contains("node 2 has stopped"), NODES.get(1)::log);
        put("left", node(1), node(3));
        comesBack(2);
        allIsWell("entered");
    }

    @Test
    @Order(3)
    void withoutAMajorityPutsAreRefusedAndReadsGoOn() throws IOException, InterruptedException {
        NODES.get(0).kill();
        NODES.get(1).kill();
        var left = node(3);
        while (left.get("/q/health/ready").status() == 200) {
            Thread.sleep(50);
        }
        var answer = left.put("/v1/objects/all/refused", "x");
        while (!answer.is(503).text().contains("majority")) {
            Thread.sleep(50); // the first ones wait for the next view until their time is up
            answer = left.put("/v1/objects/all/refused", "x");
        }
        answer.problem(503, "unavailable");
        assertEquals("1", answer.header("Retry-After"));
        assertTrue(left.get("/q/health/ready").is(503).text().contains("majority"));
        left.get("/q/health/live").is(200);
        left.get("/q/health/started").is(200);
        for (int i = 0; i < PUTS; i += 2) {
            left.get("/v1/objects/all/first/" + i).is(200);
        }
        NODES.get(0).startAgain();
        NODES.get(1).startAgain();
        allIsWell("both");
    }

    @Test
    @Order(4)
    void afterAllWereKilledEverythingIsThere() throws IOException, InterruptedException {
        NODES.forEach(NodeProcess::kill);
        for (var node : NODES) {
            node.startAgain();
        }
        allIsWell("again");
    }
}
