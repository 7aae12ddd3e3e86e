package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.client.Caller;
import dev.squall.client.Change;
import dev.squall.client.ClientOptions;
import dev.squall.client.PutResult;
import dev.squall.client.Reading;
import dev.squall.client.SquallClient;
import dev.squall.client.Watcher;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The members that clients talk to die under load, one after the other. */
@Timeout(120)
class ClientFailsOverTest {

    private static final int CLIENTS = 3;
    private static final int PUTS = 3000;

    @TempDir private Path data = Path.of("."); // set by JUnit

    /** Puts numbers under keys of its own as fast as it may, and keeps what was answered. */
    private static final class Writer implements Caller<PutResult> {
        private final SquallClient client;
        private final int name;
        private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
        private final AtomicInteger answered = new AtomicInteger();
        private final ConcurrentLinkedQueue<PutResult> results = new ConcurrentLinkedQueue<>();

        Writer(SquallClient client, int name) {
            this.client = client;
            this.name = name;
        }

        void write(int from, int to) {
            for (int i = from; i < to; i++) {
                client.change(Change.put("/kept/%d/%d".formatted(name, i % 50), "" + i), this);
            }
        }

        @Override
        public void answered(PutResult result) {
            results.add(result);
            answered.incrementAndGet();
        }

        @Override
        public void failed(Failure failure) {
            failures.add(failure);
            answered.incrementAndGet();
        }
    }

    private static final class Sights implements Watcher {
        private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        private final AtomicInteger trimmed = new AtomicInteger();

        @Override
        public void changed(Event event) {
            seen.add(
                    event.key()
                            + "="
                            + StandardCharsets.UTF_8.decode(event.bytes().asByteBuffer()));
        }

        @Override
        public void trimmed(int shard, long after, long through) {
            trimmed.incrementAndGet();
        }
    }

    @Test
    void whatIsAcknowledgedIsThereOnceWhoeverDiesAndAWatchSeesAllOfItOnce() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            var spec = new PoolSpec("kept", StoreKind.PERSISTENT, 3, 3, "", Retention.ALL, "any");
            three.node(1).createPool(spec).join();
            var clients = new ArrayList<SquallClient>();
            var writers = new ArrayList<Writer>();
            for (int c = 0; c < CLIENTS; c++) {
                var options = ClientOptions.of("test", three.addresses()).timeout(60_000);
                clients.add(SquallClient.of(options));
                writers.add(new Writer(clients.get(c), c));
            }
            var sights = new Sights();
            var watch = clients.getFirst().watch("/kept/", "", sights);
            for (int victim = 1; victim <= 3; victim++) {
                int from = (victim - 1) * PUTS / 3;
                writers.forEach(w -> w.write(from, from + PUTS / 6));
                three.node(victim).kill();
                writers.forEach(w -> w.write(from + PUTS / 6, from + PUTS / 3));
                three.restart(victim);
            }
            ThreeNodes.await(
                    "all answers", () -> writers.stream().allMatch(w -> w.answered.get() == PUTS));
            for (var writer : writers) {
                assertEquals(List.of(), List.copyOf(writer.failures));
                for (var result : writer.results) {
                    assertInstanceOf(PutResult.Stored.class, result);
                }
            }
            assertThereOnce(three);
            ThreeNodes.await("every event", () -> sights.seen.size() == CLIENTS * PUTS);
            assertEquals(CLIENTS * PUTS, sights.seen.stream().distinct().count());
            assertEquals(0, sights.trimmed.get());
            assertReadable(clients.getFirst());
            watch.close();
            clients.forEach(SquallClient::close);
        }
    }

    /** Every number is a version of its key, once. */
    private static void assertThereOnce(ThreeNodes three) {
        var count = new HashMap<String, Integer>();
        for (var route : three.node(2).where().shards("kept")) {
            var store = three.node(2).store(route.shard()).orElseThrow();
            for (var key : store.keys("/kept/", "", Long.MAX_VALUE, 10_000)) {
                for (var version : store.history(key, 0, Long.MAX_VALUE, 10_000)) {
                    var text = StandardCharsets.UTF_8.decode(version.bytes().asByteBuffer());
                    count.merge(key + "=" + text, 1, Integer::sum);
                }
            }
        }
        assertEquals(CLIENTS * PUTS, count.size());
        assertTrue(count.values().stream().allMatch(n -> n == 1), "each once");
    }

    private static void assertReadable(SquallClient client) {
        for (int k = 0; k < 50; k++) {
            assertInstanceOf(Reading.Found.class, client.get("/kept/1/" + k).join());
        }
    }

    @Test
    void withoutAMajorityNothingIsChangedAndTheFailureSaysWhatIsKnown() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            var spec = new PoolSpec("kept", StoreKind.PERSISTENT, 1, 3, "", Retention.ALL, "any");
            three.node(1).createPool(spec).join();
            var options = ClientOptions.of("test", three.addresses()).timeout(3_000);
            try (var client = SquallClient.of(options)) {
                var first = client.put("/kept/a", new byte[] {1}).join();
                assertInstanceOf(PutResult.Stored.class, first);
                three.node(2).kill();
                three.node(3).kill();
                ThreeNodes.await("node 1 to notice", () -> !three.node(1).state().ready());
                var failure = ThreeNodes.failure(client.put("/kept/a", new byte[] {2}));
                var kinds = List.of(Failure.Kind.UNAVAILABLE, Failure.Kind.OUTCOME_UNKNOWN);
                assertTrue(kinds.contains(failure.kind()), failure.toString());
                var reading = client.get("/kept/a").join();
                assertInstanceOf(Reading.Found.class, reading);
            }
        }
    }
}
