package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.client.Caller;
import dev.squall.client.Change;
import dev.squall.client.ClientOptions;
import dev.squall.client.PutResult;
import dev.squall.client.SquallClient;
import dev.squall.client.Watcher;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that put as fast as they may while each node they talk to is killed with -9 in turn. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClientIT {

    private static final int CLIENTS = 2;
    private static final int KEYS = 40;

    /** Between an answer and the next put: so that all of it fits into this process. */
    private static final long REST_MILLIS = 20;

    private static final Executor LATER =
            CompletableFuture.delayedExecutor(REST_MILLIS, TimeUnit.MILLISECONDS);
    private static final int UNDERWAY = 200;
    private static final long PAUSE_MILLIS = 1500;

    /** Puts numbers, each under a key of its own choice, until it is told to stop. */
    private static final class Writer implements Caller<PutResult> {

        private final SquallClient client;
        private final int name;
        private final AtomicBoolean stop;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger underway = new AtomicInteger(UNDERWAY);
        private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final Map<Long, Integer> versions = new ConcurrentHashMap<>();

        Writer(SquallClient client, int name, AtomicBoolean stop) {
            this.client = client;
            this.name = name;
            this.stop = stop;
        }

        void begin() {
            for (int i = 0; i < UNDERWAY; i++) {
                put();
            }
        }

        private void put() {
            int n = next.getAndIncrement();
            client.change(
                    Change.put("/kept/%d-%d".formatted(name, n % KEYS), name + "." + n), this);
        }

        @Override
        public void answered(PutResult result) {
            if (result instanceof PutResult.Stored(long version, long _, boolean _)) {
                versions.merge(version, 1, Integer::sum);
            } else {
                failures.add(result.toString());
            }
            if (stop.get()) {
                underway.decrementAndGet();
            } else {
                LATER.execute(this::put);
            }
        }

        @Override
        public void failed(Failure failure) {
            failures.add(failure.toString());
            underway.decrementAndGet();
        }
    }

    private record Sights(ConcurrentLinkedQueue<String> seen) implements Watcher {
        @Override
        public void changed(Event event) {
            seen.add(StandardCharsets.UTF_8.decode(event.bytes().asByteBuffer()).toString());
        }
    }

    @Test
    void everyAcknowledgedPutIsThereAndNoneTwiceWhoeverIsKilled(@TempDir Path directory)
            throws IOException, InterruptedException {
        var nodes = NodeProcess.start(3, directory);
        try {
            nodes.getFirst()
                    .rest()
                    .pool("kept", "{\"store\":\"persistent\",\"shards\":2,\"replicas\":3}");
            var members = nodes.stream().map(NodeProcess::fabric).collect(Collectors.joining(","));
            var options = ClientOptions.of("squall", members).timeout(90_000);
            var stop = new AtomicBoolean();
            var writers = new ArrayList<Writer>();
            for (int c = 0; c < CLIENTS; c++) {
                writers.add(new Writer(SquallClient.of(options), c, stop));
            }
            var sights = new Sights(new ConcurrentLinkedQueue<>());
            try (var _ = writers.getFirst().client.watch("/kept/", "", sights)) {
                writers.forEach(Writer::begin);
                for (var victim : nodes) {
                    Thread.sleep(PAUSE_MILLIS);
                    victim.kill();
                    Thread.sleep(PAUSE_MILLIS);
                    victim.startAgain();
                    victim.awaitReady();
                }
                stop.set(true);
                await(() -> writers.stream().allMatch(w -> w.underway.get() == 0));
                int all = writers.stream().mapToInt(w -> w.next.get()).sum();
                writers.forEach(w -> assertEquals(List.of(), List.copyOf(w.failures)));
                assertThereOnce(nodes.get(1).rest(), writers, all);
                await(() -> sights.seen.size() >= all);
                assertEquals(all, sights.seen.stream().distinct().count());
                assertEquals(all, sights.seen.size());
            }
            writers.forEach(w -> w.client.close());
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            Thread.sleep(20);
        }
    }

    /** Each number is a version, once; each version that was told is one of them. */
    private static void assertThereOnce(Rest rest, List<Writer> writers, int all) {
        int there = 0;
        for (var writer : writers) {
            assertTrue(writer.versions.values().stream().allMatch(n -> n <= 2));
            for (int k = 0; k < KEYS; k++) {
                var key = "/kept/%d-%d".formatted(writer.name, k);
                var found = versions(rest, key);
                there += found.size();
                assertEquals(found.stream().distinct().count(), found.size(), key);
                assertTrue(found.stream().allMatch(writer.versions::containsKey), key);
            }
        }
        assertEquals(all, there);
    }

    private static List<Long> versions(Rest rest, String key) {
        var found = new ArrayList<Long>();
        JsonNode page = rest.get("/v1/history" + key + "?limit=10000").is(200).json();
        page.path("versions").forEach(v -> found.add(v.path("version").asLong()));
        assertTrue(found.size() < 10_000, key + " has more versions than a page");
        return found;
    }
}
