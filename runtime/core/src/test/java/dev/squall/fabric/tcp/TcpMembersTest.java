package dev.squall.fabric.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.FabricEnds.End;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that come, go, come again and are told of while the fabric runs. */
@Timeout(60)
class TcpMembersTest {

    private final FabricEnds ends = new FabricEnds(TcpFabric::new, 3);

    @AfterEach
    void close() {
        ends.close();
    }

    private static Hello hello(int id, long incarnation) {
        return FabricEnds.hello("test", id, incarnation);
    }

    /** A member that knows nobody. */
    private End alone(int id) {
        return ends.open(hello(id, 1), List.of());
    }

    private Caller greeting(int to, int id, long incarnation) throws IOException {
        return Caller.greeting(ends.address(to), hello(id, incarnation));
    }

    private static MemorySegment word(long value) {
        var source = Arena.ofAuto().allocate(8, 8);
        source.set(ValueLayout.JAVA_LONG, 0, value);
        return source;
    }

    @Test
    void aPeerThatConnectsAnewReplacesItsOldWay() throws IOException {
        var end = alone(1);
        var told = new ArrayList<String>();
        end.onConnected(p -> told.add("connected " + p));
        end.onLost(p -> told.add("lost " + p));
        try (var old = greeting(1, 3, 7)) {
            ends.pump("3", () -> told.size() == 1);
            try (var fresh = greeting(1, 3, 7)) {
                ends.pump("3 anew", () -> told.size() == 3);
                assertEquals(List.of("connected 3", "lost 3", "connected 3"), told);
                ends.pump("the end of the old way", old::isEnded);
                fresh.write(5);
                ends.pump("a write", () -> Caller.word(end.memory()) == 5);
                assertEquals(3, told.size(), "" + told);
            }
        }
    }

    /** What was under way on the old connection must not come after what the new one brings. */
    @Test
    void nothingComesFromAReplacedWay() throws IOException {
        var end = alone(1);
        end.onLost(_ -> end.memory().fill((byte) 0));
        var old = greeting(1, 3, 1);
        ends.pump("3", () -> end.connected().size() == 1);
        for (int i = 2; i <= 50; i++) {
            var fresh = Caller.silent(ends.address(1));
            ends.turns(2);
            // Both are readable in the same turn; whichever comes first, the old one ends there.
            fresh.greet(hello(3, i));
            old.write(-1);
            int times = i;
            ends.pump("3 anew", () -> end.connected().size() == times);
            ends.turns(3);
            assertEquals(0, Caller.word(end.memory()), "round " + i);
            old.close();
            old = fresh;
        }
        old.close();
    }

    @Test
    void anOlderIncarnationIsRefusedAndANewerOneIsNot() throws IOException {
        var end = alone(1);
        try (var current = greeting(1, 3, 7)) {
            ends.pump("3", () -> end.connected().size() == 1);
            try (var older = greeting(1, 3, 6)) {
                ends.pump("the end of the older", older::isEnded);
            }
            current.write(5);
            ends.pump("a write of the current", () -> Caller.word(end.memory()) == 5);
            assertEquals(List.of(), end.lost());
            try (var newer = greeting(1, 3, 8)) {
                ends.pump("the end of the current", current::isEnded);
                newer.write(6);
                ends.pump("a write of the newer", () -> Caller.word(end.memory()) == 6);
            }
        }
    }

    @Test
    void whoIsRefusedDoesNotReplaceAnybody() throws IOException {
        var end = alone(1);
        try (var current = greeting(1, 3, 7)) {
            ends.pump("3", () -> end.connected().size() == 1);
            end.refuse("the view is full");
            try (var refused = greeting(1, 3, 8)) {
                ends.pump("the end of the refused", refused::isEnded);
            }
            current.write(5);
            ends.pump("a write of the current", () -> Caller.word(end.memory()) == 5);
            assertEquals(List.of(), end.lost());
        }
    }

    @Test
    void theListenerMayChangeItsMindOverTheLossOfTheOldWay() throws IOException {
        var end = alone(1);
        end.onLost(_ -> end.refuse("the view has ended"));
        try (var old = greeting(1, 3, 7)) {
            ends.pump("3", () -> end.connected().size() == 1);
            try (var fresh = greeting(1, 3, 8)) {
                ends.pump("the end of both", () -> fresh.isEnded() && old.isEnded());
            }
            assertEquals(List.of(3), end.connected());
            assertEquals(List.of(3), end.lost());
        }
    }

    @Test
    void whomNobodyHasIntroducedIsLetInWhenTheListenerSaysSo() throws IOException {
        var end = alone(1);
        end.refuse("not yet");
        try (var stranger = greeting(1, 77, 1)) {
            ends.pump("the end of the stranger", stranger::isEnded);
        }
        assertEquals(List.of(), end.connected());
        end.refuse(null);
        try (var stranger = greeting(1, 77, 1)) {
            ends.pump("the stranger", () -> end.connected().contains(77));
            stranger.write(5);
            ends.pump("a write", () -> Caller.word(end.memory()) == 5);
        }
    }

    /** Else two that call each other would replace each other's calls for ever. */
    @Test
    void aLowerIdThatConnectsIsRefused() throws IOException {
        var end = alone(2);
        for (int id : new int[] {1, 2}) {
            try (var caller = greeting(2, id, 9)) {
                ends.pump("the end of " + id, caller::isEnded);
            }
        }
        assertEquals(List.of(), end.connected());
    }

    @Test
    void whoIsIntroducedIsConnected() {
        var one = alone(1);
        var two = alone(2);
        ends.turns(5);
        assertEquals(List.of(), one.connected());
        two.fabric().introduce(ends.peer(1));
        ends.pump("1 and 2", () -> one.connected().contains(2) && two.connected().contains(1));
        ends.write(one, 2, word(5), 0, 0, 8);
        ends.pump("a write", () -> Caller.word(two.memory()) == 5);
    }

    @Test
    void aNewAddressTakesThePlaceOfTheOldOne() throws IOException {
        var three = alone(3);
        var one = alone(1);
        three.fabric().introduce(new Peer(1, InetSocketAddress.createUnresolved("one", 9)));
        ends.turns(5);
        try (var silent = new Blackhole()) {
            three.fabric().introduce(new Peer(1, silent.address()));
            ends.turns(150); // more than one attempt's pause
            assertEquals(List.of(), three.connected());
            three.fabric().introduce(ends.peer(1));
            ends.pump("1", () -> three.connected().contains(1) && one.connected().contains(3));
        }
    }

    @Test
    void whoIsFoundElsewhereOrForgottenIsHungUpOn() throws IOException {
        var two = alone(2);
        try (var before = ServerSocketChannel.open()) {
            before.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            before.configureBlocking(false);
            var old = new Peer(1, (InetSocketAddress) before.getLocalAddress());
            List<Runnable> ways =
                    List.of(
                            () -> two.fabric().introduce(ends.peer(1)),
                            () -> two.fabric().forget(1));
            for (var way : ways) {
                two.fabric().introduce(old);
                try (var caller = Caller.accepted(ends, before)) {
                    way.run();
                    caller.greet(hello(1, 1));
                    ends.pump("the end of the call", caller::isEnded);
                }
            }
        }
        assertEquals(List.of(), two.connected());
    }

    @Test
    void whoIsForgottenIsNotCalledAnyMore() {
        var one = ends.open(1, "test");
        var two = ends.open(2, "test");
        ends.pump("1 and 2", () -> one.connected().contains(2) && two.connected().contains(1));
        two.fabric().forget(1);
        assertFalse(two.fabric().write(1, FabricEnds.REGION, word(5), 0, 0, 8), "no way");
        ends.pump("2 to be lost", () -> one.lost().contains(2));
        ends.turns(150);
        assertEquals(List.of(), two.lost(), "forgetting is silent");
        assertEquals(List.of(1), two.connected());
        two.fabric().introduce(ends.peer(1));
        ends.pump("1 again", () -> two.connected().size() == 2 && one.connected().size() == 2);
    }

    @Test
    void whoIsDroppedIsSilentAndCalledAgain() {
        ends.connectAll();
        var one = ends.end(1);
        var three = ends.end(3);
        ends.write(three, 1, word(5), 0, 0, 8);
        three.fabric().flush();
        one.fabric().drop(3);
        ends.pump("3 again", () -> Collections.frequency(one.connected(), 3) == 2);
        assertEquals(List.of(), one.lost(), "dropping is silent");
        assertEquals(0, Caller.word(one.memory()), "it was under way");
        ends.write(three, 1, word(6), 0, 0, 8);
        ends.pump("a write", () -> Caller.word(one.memory()) == 6);
    }

    /** Everybody is dropped from within everything that the listener is told. */
    @Test
    void theListenerMayDropAnybodyAtAnyTime() {
        ends.connectAll();
        var one = ends.end(1);
        int[] left = {10};
        Runnable dropAll =
                () -> {
                    if (left[0]-- > 0) {
                        for (int peer = 1; peer <= 4; peer++) {
                            one.fabric().drop(peer);
                        }
                    }
                };
        one.onConnected(_ -> dropAll.run());
        one.onLost(_ -> dropAll.run());
        ends.end(2).fabric().drop(1);
        ends.end(3).fabric().drop(1);
        ends.pump("10 drops", () -> left[0] <= 0);
        assertTrue(one.connected().size() > 2, "connected " + one.connected());
        reach(ends.end(2), one, 5);
        reach(ends.end(3), one, 6);
    }

    /** Writes until it arrives: what is posted into a way that was just dropped is lost. */
    private void reach(End from, End one, long value) {
        var source = word(value);
        ends.pump(
                "a write of " + value,
                () -> {
                    from.fabric().write(1, FabricEnds.REGION, source, 0, 0, 8);
                    return Caller.word(one.memory()) == value;
                });
    }

    /** A way may be found broken in the middle of sending on all of them. */
    @Test
    void theListenerMayDropTheOthersWhenSendingFails() throws IOException {
        var end = alone(1);
        end.onLost(_ -> {
            for (int peer = 10; peer < 20; peer++) {
                end.fabric().forget(peer);
            }
        });
        var callers = new ArrayList<Caller>();
        for (int id = 10; id < 20; id++) {
            callers.add(greeting(1, id, 1));
        }
        ends.pump("all ten", () -> end.connected().size() == 10);
        for (var caller : callers) {
            caller.close(); // with bytes unread, so that a reset comes back
        }
        var source = Arena.ofAuto().allocate(8192, 8);
        while (end.lost().isEmpty()) {
            for (int peer = 10; peer < 20; peer++) {
                end.fabric().write(peer, FabricEnds.REGION, source, 0, 0, 8192);
            }
            end.fabric().flush();
        }
        ends.turns(3);
        assertEquals(1, end.lost().size(), "the others were dropped: " + end.lost());
    }
}
