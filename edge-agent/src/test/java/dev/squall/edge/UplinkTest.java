package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.edge.TestCluster.Behaviour;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real HTTP to nodes that misbehave in every way; only the waiting between attempts is not real.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UplinkTest {
    private static final Behaviour BUSY = new Behaviour.Reply(429, "7", "");
    private static final Behaviour DOWN = new Behaviour.Reply(503, "", "");
    private static final Behaviour BROKEN = new Behaviour.Reply(500, "", "{\"detail\":\"oops\"}");
    private static final Behaviour LOST_QUESTION = new Behaviour.Hangup(false);
    private static final Behaviour LOST_ANSWER = new Behaviour.Hangup(true);

    private final Counters counters = new Counters();
    private final FrameBuffer buffer = new FrameBuffer(10_000, 1 << 30, counters);
    private final FakeTime time = new FakeTime();
    private final List<String> log = new ArrayList<>();
    private final TestCluster cluster;

    UplinkTest() throws Exception {
        cluster = new TestCluster(3);
    }

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    @Test
    void framesArriveInOrderWithTheirHeaders() throws Exception {
        send(100);
        assertAllStored(100);
        assertEquals(100, cluster.requests.size());
        var first = cluster.stored.getFirst();
        assertEquals("/v1/objects/cameras/gate%20%231?ack=ordered", first.path());
        assertEquals("edge-1.cameras.gate_20_231/1700/1", first.producer());
        assertEquals("1000000", first.captured());
        assertEquals(0, counters.retries.get());
        assertEquals(0, counters.failovers.get());
        assertEquals(1_099, counters.lastVersion.get());
        assertEquals(100 * Long.BYTES, counters.bytes.get());
    }

    @Test
    void aNodeThatIsDownIsLeftAtOnce() throws Exception {
        cluster.stop(0);
        send(10);
        assertAllStored(10);
        assertEquals(1, counters.failovers.get());
        assertEquals(1, counters.retries.get());
        assertEquals(0, time.nanos(), "with another node ready, nobody waits");
        assertTrue(log.getFirst().contains(cluster.nodes().getFirst().toString()), log.toString());
    }

    @Test
    void aNodeThatDiesBetweenIsReplaced() throws Exception {
        cluster.behave(0, n -> n < 5 ? TestCluster.STORE : LOST_ANSWER);
        cluster.behave(1, n -> n < 5 ? TestCluster.STORE : DOWN);
        send(30);
        assertAllStored(30);
        assertEquals(2, counters.failovers.get());
    }

    @Test
    void anAnswerThatWasLostIsNotStoredTwice() throws Exception {
        cluster.behave(0, n -> n == 0 ? LOST_ANSWER : TestCluster.STORE);
        send(2);
        assertAllStored(2);
        assertEquals(
                List.of(
                        "0 edge-1.cameras.gate_20_231/1700/1",
                        "1 edge-1.cameras.gate_20_231/1700/1",
                        "1 edge-1.cameras.gate_20_231/1700/2"),
                cluster.requests);
    }

    @Test
    void anAnswerThatComesTooLateChangesNothing() throws Exception {
        cluster.behave(0, n -> new Behaviour.Stall());
        send(5, Duration.ofMillis(200), cluster.nodes());
        assertAllStored(5);
        cluster.release();
        assertAllStored(5);
    }

    @Test
    void busyIsWaitedForOnTheSameNode() throws Exception {
        cluster.behave(0, n -> n < 2 ? BUSY : TestCluster.STORE);
        send(3);
        assertAllStored(3);
        assertEquals(0, counters.failovers.get());
        assertEquals(2, counters.retries.get());
        assertEquals(14_000_000_000L, time.nanos());
    }

    @Test
    void oneNodeAloneIsWaitedForAsItAsks() throws Exception {
        cluster.behave(0, n -> n == 0 ? new Behaviour.Reply(503, "4", "") : TestCluster.STORE);
        send(3, Duration.ofSeconds(5), cluster.nodes().subList(0, 1));
        assertAllStored(3);
        assertEquals(4_000_000_000L, time.nanos());
        assertEquals(0, counters.failovers.get());
    }

    @Test
    void aRefusedFrameIsCountedSaidAndLeftBehind() throws Exception {
        cluster.behave(
                0,
                n ->
                        n == 1
                                ? new Behaviour.Reply(404, "", "{\"detail\":\"no pool /cameras\"}")
                                : TestCluster.STORE);
        send(4);
        assertEquals(1, counters.droppedFor(Drop.REFUSED));
        assertEquals(List.of(1L, 3L, 4L), cluster.sequence(), "a number is never used again");
        assertEquals(List.of("refused with 404: no pool /cameras"), log);
    }

    @Test
    void aFrameThatBreaksEveryNodeIsGivenUp() throws Exception {
        for (int node = 0; node < 3; node++) {
            cluster.behave(node, n -> n < 2 ? BROKEN : TestCluster.STORE);
        }
        send(3);
        assertEquals(1, counters.droppedFor(Drop.FAILED));
        assertEquals(List.of(2L, 3L), cluster.sequence());
        assertTrue(log.stream().anyMatch(line -> line.contains("oops")), log.toString());
    }

    @Test
    void throughAnyFaultsEachFrameIsStoredOnceAndInOrder() throws Exception {
        var faults =
                List.of(BUSY, DOWN, LOST_QUESTION, LOST_ANSWER, LOST_ANSWER, TestCluster.STORE);
        for (int node = 0; node < 3; node++) {
            long seed = 40L + node;
            cluster.behave(
                    node, n -> faults.get(new SplittableRandom(seed * 1_000_003 + n).nextInt(6)));
        }
        send(300);
        assertAllStored(300);
        assertTrue(counters.retries.get() > 300, counters.retries + " retries");
        assertTrue(counters.failovers.get() > 100, counters.failovers + " failovers");
        assertEquals(300, counters.captured.get());
    }

    @Test
    void withAllNodesGoneItTriesUntilAbandoned() throws Exception {
        for (int node = 0; node < 3; node++) {
            cluster.stop(node);
        }
        offer(4);
        var uplink = new Uplink[1];
        var patience =
                new FakeTime() {
                    @Override
                    public synchronized boolean waitUntil(long deadline, CountDownLatch signal) {
                        if (waits() == 50) {
                            uplink[0].abandon();
                        }
                        return super.waitUntil(deadline, signal);
                    }
                };
        try (var client = client(Duration.ofSeconds(5))) {
            uplink[0] = uplink(client, cluster.nodes(), patience);
            uplink[0].run();
        }
        assertEquals(4, counters.droppedFor(Drop.ABANDONED));
        assertEquals(0, buffer.frames());
        assertEquals(49, counters.retries.get());
        assertTrue(patience.nanos() > 30_000_000_000L, "rests grow: " + patience.nanos());
    }

    private void send(int frames) throws Exception {
        send(frames, Duration.ofSeconds(5), cluster.nodes());
    }

    private void send(int frames, Duration timeout, List<URI> nodes) throws Exception {
        offer(frames);
        try (var client = client(timeout)) {
            uplink(client, nodes, time).run();
        }
        assertEquals(
                frames,
                counters.sent.get()
                        + counters.dropped().values().stream().mapToLong(Long::longValue).sum());
    }

    private void offer(int frames) {
        for (long i = 1; i <= frames; i++) {
            counters.captured.incrementAndGet();
            buffer.offer(
                    new Frame(ByteBuffer.allocate(Long.BYTES).putLong(i).array(), i * 1_000_000));
        }
        buffer.close();
    }

    private static NodeClient client(Duration timeout) {
        String key = "/cameras/gate #1";
        return new NodeClient(key, Ack.ORDERED, ProducerId.of("edge-1", key, 1_700), timeout);
    }

    private Uplink uplink(NodeClient client, List<URI> nodes, TimeSource clock) {
        var ring = new NodeRing(nodes, new SplittableRandom(3));
        return new Uplink(buffer, ring, client, counters, clock, log::add);
    }

    /** Asserts that frames 1 to n are stored, each once, in order, with their own bytes. */
    private void assertAllStored(int frames) {
        assertEquals(LongStream.rangeClosed(1, frames).boxed().toList(), cluster.sequence());
        for (int i = 0; i < frames; i++) {
            assertEquals(i + 1L, cluster.stored.get(i).bytes().getLong(0));
        }
        assertEquals(frames, counters.sent.get());
    }
}
