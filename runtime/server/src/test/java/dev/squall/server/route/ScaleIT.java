package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three processes are used by clients at all of them while a pool goes from 2 shards to 3 to 2. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ScaleIT {

    private static final int WRITERS = 3;
    private static final int KEYS = 100;
    private static final int QUIET_KEYS = 300;

    private final AtomicBoolean going = new AtomicBoolean(true);
    private final AtomicInteger rounds = new AtomicInteger();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> written = new ConcurrentHashMap<>();

    @Test
    void nothingIsLostAndNoReadFails(@TempDir Path directory) throws InterruptedException {
        var nodes = NodeProcess.start(3, directory);
        try {
            use(nodes.stream().map(NodeProcess::rest).toList());
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private void use(List<Rest> nodes) throws InterruptedException {
        nodes.getFirst().pool("load", spec(2));
        Map<String, JsonNode> quiet = new TreeMap<>();
        for (int i = 0; i < QUIET_KEYS; i++) {
            var path = "/v1/objects/load/quiet/" + i;
            quiet.put(path, nodes.get(i % 3).put(path, "q" + i).is(200).json());
        }
        var threads = new ArrayList<Thread>();
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            threads.add(Thread.startVirtualThread(() -> write(nodes.get(writer), writer)));
        }
        for (int shards : List.of(3, 2)) {
            int enough = rounds.get() + 300;
            await(() -> rounds.get() > enough);
            nodes.get(1).put("/v1/pools/load", spec(shards)).is(202);
            await(() -> nodes.stream().allMatch(node -> settled(node, shards)));
        }
        going.set(false);
        for (var thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        check(nodes, quiet);
    }

    private static String spec(int shards) {
        return "{\"store\":\"persistent\",\"shards\":%d,\"replicas\":3}".formatted(shards);
    }

    private static boolean settled(Rest node, int shards) {
        var pool = node.get("/v1/pools/load").is(200).json();
        return pool.path("shards").asInt() == shards && !pool.has("moving");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            Thread.sleep(20); // the test has a limit
        }
    }

    /** Writes keys of its own; each put is a compare-and-set, and is read at once. */
    private void write(Rest node, int writer) {
        var tags = new TreeMap<String, String>();
        for (int i = 0; going.get(); i++) {
            var path = "/v1/objects/load/w" + writer + "/" + i % KEYS;
            int next = written.getOrDefault(path, 0) + 1;
            var tag = tags.get(path);
            var put =
                    tag == null
                            ? node.put(path, "" + next, "If-None-Match", "*")
                            : node.put(path, "" + next, "If-Match", tag);
            if (put.status() != 200) {
                fail("put " + path + ": " + put.status() + " " + put.text());
                return;
            }
            tags.put(path, put.header("ETag"));
            written.put(path, next);
            var got = node.get(path);
            if (got.status() != 200 || !got.text().equals("" + next)) {
                fail("get " + path + ": " + got.status() + " " + got.text() + ", not " + next);
            }
            rounds.incrementAndGet();
        }
    }

    private void fail(String what) {
        synchronized (failures) {
            failures.add(what);
        }
    }

    private void check(List<Rest> nodes, Map<String, JsonNode> quiet) {
        for (var node : nodes) {
            written.forEach((path, value) ->
                    assertEquals(value.toString(), node.get(path).is(200).text(), path));
            quiet.forEach((path, put) -> {
                var got = node.get(path).is(200);
                assertEquals(put.path("version").asText(), got.header("Squall-Version"));
                assertEquals(put.path("timestamp").asText(), got.header("Squall-Timestamp"));
                var past = node.get(path + "?at=" + put.path("timestamp").asText()).is(200);
                assertEquals(got.text(), past.text());
            });
        }
        var path = written.keySet().iterator().next();
        var history = path.replace("/v1/objects/", "/v1/history/");
        var versions = nodes.getFirst().get(history + "?limit=10000").is(200).json();
        assertEquals(
                Objects.requireNonNull(written.get(path)).intValue(),
                versions.path("versions").size(),
                path);
        var listed = nodes.getLast().get("/v1/keys?prefix=/load/&limit=10000").is(200).json();
        assertEquals(QUIET_KEYS + written.size(), listed.path("keys").size());
        assertTrue(written.size() <= WRITERS * KEYS, "keys: " + written.size());
    }
}
