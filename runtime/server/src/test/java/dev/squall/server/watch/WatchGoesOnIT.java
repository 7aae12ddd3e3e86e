package dev.squall.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Watches over the death of nodes, under load: nothing missing, nothing twice, each shard in its
 * order. Three processes; of the pool's six shards two nodes hold each, so that every watch reads
 * some here and some elsewhere.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchGoesOnIT {

    private static final int WRITERS = 3;
    private static final List<NodeProcess> NODES = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        NODES.addAll(NodeProcess.start(3, directory));
        node(1).pool("seen", "{\"store\":\"persistent\",\"shards\":6,\"replicas\":2}");
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    /** Puts for as long as the test wants, at all nodes, and notes what was acknowledged. */
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean on = new AtomicBoolean(true);
        private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
        private final List<CompletableFuture<Void>> writers = new ArrayList<>();

        Load(String under) {
            var threads = Executors.newVirtualThreadPerTaskExecutor();
            for (int w = 0; w < WRITERS; w++) {
                var path = "/v1/objects" + under + "/" + w + "-";
                writers.add(CompletableFuture.runAsync(() -> write(path), threads));
            }
        }

        private void write(String path) {
            for (int i = 0; on.get(); i++) {
                try {
                    var answer = node(1 + i % 3).put(path + i % 20, "x");
                    if (answer.status() == 200) {
                        var put = answer.json();
                        acknowledged.add(name(put));
                    }
                } catch (AssertionError _) {
                    // Its node is dead: what became of it the histories will say.
                }
            }
        }

        /** Waits until so many puts more were acknowledged. */
        void more(int puts) throws InterruptedException {
            int until = acknowledged.size() + puts;
            while (acknowledged.size() < until) {
                Thread.sleep(5);
            }
        }

        /** All has been put that will be. */
        void stop() {
            on.set(false);
            writers.forEach(CompletableFuture::join);
        }

        @Override
        public void close() {
            stop();
        }
    }

    private static String name(JsonNode version) {
        return version.path("key").asText() + "@" + version.path("version").asText();
    }

    /** A client that comes back, to the next node, whenever its stream breaks. */
    private static final class Follower implements AutoCloseable {
        private final Set<String> seen = new ConcurrentSkipListSet<>();
        private final List<String> wrong = new ArrayList<>();
        private final Map<Integer, Long> newest = new TreeMap<>();
        private final Set<Integer> served = new ConcurrentSkipListSet<>();
        private final String prefix;
        private volatile boolean closed;

        Follower(String prefix, int first) {
            this.prefix = prefix;
            Thread.ofPlatform().daemon().start(() -> follow(first));
        }

        private void follow(int first) {
            var last = "";
            for (int turn = first - 1; !closed; turn++) {
                int id = 1 + turn % 3;
                var query = "prefix=" + prefix + "&from=0";
                try (var events =
                        last.isEmpty()
                                ? node(id).watch(query)
                                : node(id).watch(query, "Last-Event-ID", last)) {
                    last = events.begin();
                    while (!closed) {
                        var event = events.next();
                        take(event.type(), event.data());
                        last = event.id();
                        served.add(id);
                    }
                } catch (AssertionError | RuntimeException _) {
                    pause(); // the stream ended, or the node is not there
                }
            }
        }

        /** Waits until a node has told something; the test's own limit is the limit. */
        void awaitServed(int node) throws InterruptedException {
            while (!served.contains(node)) {
                Thread.sleep(5);
            }
        }

        private void take(String type, JsonNode data) {
            var name = name(data);
            if (!type.equals("put")) {
                wrong.add(type + " " + data);
                return;
            }
            if (!seen.add(name)) {
                wrong.add("twice " + name);
            }
            long version = data.path("version").asLong();
            var before = newest.put(data.path("shard").asInt(), version);
            if (before != null && before >= version) {
                wrong.add("after " + before + " " + data);
            }
        }

        private static void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Has seen all that is kept, once and in order. */
        void check(Load load) throws InterruptedException {
            var kept = kept(load);
            assertTrue(kept.containsAll(load.acknowledged), "an acknowledged put is lost");
            while (!seen.containsAll(kept)) {
                Thread.sleep(20);
            }
            var more = new TreeSet<>(seen);
            more.removeAll(kept);
            assertEquals(Set.of(), more, "seen, but never kept");
            assertEquals(List.of(), wrong);
        }

        private Set<String> kept(Load load) {
            var keys = new TreeSet<String>();
            load.acknowledged.forEach(name -> keys.add(name.substring(0, name.indexOf('@'))));
            var kept = new TreeSet<String>();
            for (var key : keys) {
                for (var version :
                        node(1).get("/v1/history" + key).is(200).json().path("versions")) {
                    kept.add(key + "@" + version.path("version").asText());
                }
            }
            return kept;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** The node that serves the watch is killed, then one that only holds some of its shards. */
    @Test
    @Order(1)
    void itGoesOnAtAnotherNode() throws IOException, InterruptedException {
        try (var follower = new Follower("/seen/a", 1);
                var load = new Load("/seen/a")) {
            follower.awaitServed(1);
            load.more(200);
            NODES.get(0).kill();
            load.more(200);
            NODES.get(0).startAgain();
            NODES.get(0).awaitReady();
            load.more(200);
            int serving = follower.served.contains(2) ? 2 : 3;
            NODES.get(serving == 2 ? 2 : 1).kill();
            load.more(200);
            NODES.get(serving == 2 ? 2 : 1).startAgain();
            NODES.forEach(NodeProcess::awaitReady);
            load.more(100);
            load.stop();
            follower.check(load);
            assertTrue(follower.served.size() > 1, "served by " + follower.served);
        }
    }

    /** All are killed and started again: the position outlives every node. */
    @Test
    @Order(2)
    void itOutlivesAllNodes() throws IOException, InterruptedException {
        try (var follower = new Follower("/seen/b", 2);
                var load = new Load("/seen/b")) {
            load.more(200);
            NODES.forEach(NodeProcess::kill);
            for (var node : NODES) {
                node.startAgain();
            }
            NODES.forEach(NodeProcess::awaitReady);
            load.more(200);
            load.stop();
            follower.check(load);
        }
    }
}
