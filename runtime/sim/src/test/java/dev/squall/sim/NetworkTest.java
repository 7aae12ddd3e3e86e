package dev.squall.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two fabrics over a network that is cut, heals, and breaks. */
class NetworkTest {

    private static final long MILLI = 1_000_000;
    private static final int REGION = 7;

    /** Writes of a test: each is the next long of the peer's memory. */
    private static final int WRITES = 50;

    /** A node, with all that its listener has heard. */
    private final class Node implements FabricListener {

        final List<String> heard = new ArrayList<>();
        final MemorySegment memory = Arena.ofAuto().allocate(WRITES * Long.BYTES, 8);
        final SimFabric fabric;
        boolean on = true;

        Node(int id, long incarnation) {
            fabric =
                    new SimFabric(
                            network,
                            new Hello("sim", id, incarnation, "sim", 1, ""),
                            this,
                            () -> {});
            fabric.register(REGION, memory);
            network.listen(fabric);
            nodes.add(this);
        }

        @Override
        public @Nullable String refusal(Hello hello) {
            return null;
        }

        @Override
        public void connected(int peer, Hello hello) {
            heard.add("connected " + peer + " " + hello.incarnation());
        }

        @Override
        public void lost(int peer, String reason) {
            heard.add("lost " + peer + ": " + reason);
        }

        void die(boolean power) {
            on = false;
            network.die(fabric, power);
        }

        /** Writes the next long at the peer. */
        void write(int peer, int number) {
            var source = MemorySegment.ofArray(new byte[Long.BYTES]);
            source.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number + 1);
            long at = (long) number * Long.BYTES;
            assertTrue(fabric.write(peer, REGION, source, 0, at, Long.BYTES));
        }

        /** How many longs have come; fails when one came before another that was written first. */
        long came() {
            long count =
                    LongStream.range(0, WRITES)
                            .takeWhile(i -> memory.get(ValueLayout.JAVA_LONG, i * 8) == i + 1)
                            .count();
            for (long i = count; i < WRITES; i++) {
                assertEquals(0, memory.get(ValueLayout.JAVA_LONG, i * 8), "gap at " + count);
            }
            return count;
        }
    }

    private final List<Node> nodes = new ArrayList<>();
    private final Agenda agenda = new Agenda();
    private final Network network =
            new Network(
                    agenda,
                    new Chance(1),
                    Swarm.draw(
                            new Chance(1),
                            Mix.ANY,
                            new Chance(1),
                            new Chance(1),
                            new Chance(1),
                            new Chance(1)),
                    Saboteur.NONE);
    private Node one = new Node(1, 10);
    private Node two = new Node(2, 10);

    private void run(long millis) {
        for (long i = 0; i < millis; i++) {
            long end = agenda.nanos() + MILLI;
            agenda.at(end, () -> {});
            while (agenda.nanos() < end) {
                assertTrue(agenda.step());
            }
            for (var node : nodes) {
                if (node.on) {
                    node.fabric.poll();
                    node.came();
                    node.fabric.flush();
                }
            }
        }
    }

    @BeforeEach
    void connects() {
        run(200);
        assertEquals(List.of("connected 2 10"), one.heard);
        assertEquals(List.of("connected 1 10"), two.heard);
    }

    @Test
    void whatACutHoldsArrivesInOrderAfterItHeals() {
        two.write(1, 0);
        run(1); // on its way when the router stops
        network.cut(2, 1);
        for (int i = 1; i < WRITES - 1; i++) {
            two.write(1, i);
            one.write(2, i - 1);
            run(20);
        }
        assertTrue(one.came() <= 1, "came across the cut: " + one.came());
        assertEquals(WRITES - 2, two.came(), "the other direction is open");

        network.heal(2, 1);
        two.write(1, WRITES - 1);
        run(500);
        assertEquals(WRITES, one.came());
        assertEquals(1, one.heard.size(), "the connection has stayed: " + one.heard);
    }

    @Test
    void aSecondCutHoldsWhatTheFirstHasHeld() {
        network.cut(2, 1);
        two.write(1, 0);
        run(50);
        network.heal(2, 1);
        network.cut(2, 1);
        two.write(1, 1);
        run(500);
        assertEquals(0, one.came());
        network.healAll();
        run(500);
        assertEquals(2, one.came());
    }

    @Test
    void nobodyConnectsAcrossACut() {
        network.cut(1, 2); // the answers
        two.fabric.drop(1);
        run(5000);
        assertEquals("lost 2: dropped", one.heard.getLast());
        assertEquals(1, two.heard.size(), two.heard.toString());

        network.calm();
        run(Network.UNANSWERED_NANOS_MAX / MILLI + 300);
        assertEquals("connected 2 10", one.heard.getLast());
        assertEquals("connected 1 10", two.heard.getLast());
    }

    @Test
    void aPowerFailureLosesWhatACutHolds() {
        network.cut(2, 1);
        two.write(1, 0);
        run(100);
        two.write(1, 1);
        two.fabric.flush(); // on its way
        two.die(true);
        network.heal(2, 1);
        run(1000);
        assertEquals(0, one.came());
    }

    @Test
    void aCutSwallowsWhatNobodyIsThereToRepeat() {
        network.cut(2, 1);
        two.write(1, 0);
        two.fabric.flush(); // on its way
        two.die(true);
        run(100);
        network.heal(2, 1);
        run(1000);
        assertEquals(0, one.came());
    }

    @Test
    void aKilledProcessLeavesToItsMachineWhatACutHolds() {
        network.cut(2, 1);
        two.write(1, 0);
        run(100);
        two.die(false);
        run(1000);
        assertEquals(1, one.heard.size(), "nothing tells it: " + one.heard);
        network.heal(2, 1);
        run(1000);
        assertEquals(1, one.came());
        assertEquals("lost 2: the peer closed the connection", one.heard.getLast());
    }

    @Test
    void whoGreetsAnewReplacesTheFormerConnection() {
        rebornBeforeItsFormerConnectionEnds(11);
        assertEquals(
                List.of("connected 2 10", "lost 2: it has connected anew", "connected 2 11"),
                one.heard);
        assertEquals(List.of("connected 1 10"), nodes.getLast().heard);

        two = nodes.getLast();
        two.write(1, 0);
        run(1000); // the end of the former connection comes too, and ends nothing
        assertEquals(1, one.came());
        assertEquals(3, one.heard.size(), one.heard.toString());
    }

    @Test
    void anOlderIncarnationDoesNotReplaceANewerOne() {
        rebornBeforeItsFormerConnectionEnds(9);
        assertEquals(List.of("connected 2 10"), one.heard);
        run(1000);
        assertEquals(
                List.of("connected 2 10", "lost 2: the connection was reset", "connected 2 9"),
                one.heard);
    }

    private void rebornBeforeItsFormerConnectionEnds(long incarnation) {
        two.die(true);
        network.clog(2, 1, 400 * MILLI);
        var _ = new Node(2, incarnation);
        network.clog(2, 1, 0);
        run(200);
    }

    @Test
    void aDroppedPeerComesBackAfterTheUsualTime() {
        one.fabric.drop(2);
        assertFalse(
                one.fabric.write(2, REGION, MemorySegment.ofArray(new byte[8]), 0, 0, Long.BYTES));
        run(SimFabric.RECONNECT_NANOS / MILLI + 50);
        assertEquals(List.of("connected 1 10", "lost 1: dropped", "connected 1 10"), two.heard);
        two.write(1, 0);
        one.write(2, 0);
        run(50);
        assertEquals(1, one.came());
        assertEquals(1, two.came());
    }

    @Test
    void nothingComesFromAConnectionThatWasDropped() {
        two.write(1, 0);
        two.fabric.flush();
        one.fabric.drop(2); // while it is on its way
        run(500);
        assertEquals(0, one.came());
    }

    @Test
    void aConnectionThatBrokeComesBack() {
        for (int i = 0; i < 5; i++) {
            assertTrue(network.breakConnection(1, 2));
            run(300);
            assertEquals("connected 1 10", two.heard.getLast());
            assertEquals(2 * i + 3, two.heard.size(), two.heard.toString());
        }
    }
}
