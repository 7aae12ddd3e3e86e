package dev.squall.fabric.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that do not get on are closed in time, by a clock that the test sets. */
@Timeout(60)
class LobbyTest {

    /** Any time will do, also one about to overflow. */
    private static final long START = Long.MAX_VALUE - 1;

    private final Lobby lobby = new Lobby(TcpFabric.GREETING_NANOS_MAX);
    private final Selector selector = Selector.open();

    LobbyTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        lobby.close();
        selector.close();
    }

    private Link link(int called) throws IOException {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        var key = channel.register(selector, SelectionKey.OP_CONNECT);
        return new Link(channel, key, called, FabricEnds.hello("test", 9, 1), null);
    }

    @Test
    void aCallIntoABlackHoleIsGivenUp() throws IOException {
        try (var hole = new Blackhole()) {
            var call = link(1);
            call.channel.connect(hole.address());
            lobby.call(call, START);
            lobby.expire(START + TcpFabric.CONNECT_NANOS_MAX - 1);
            assertTrue(call.channel.isConnectionPending(), "nobody answers");
            assertTrue(lobby.isCalling(1));
            lobby.expire(START + TcpFabric.CONNECT_NANOS_MAX);
            assertFalse(call.channel.isOpen());
            assertFalse(lobby.isCalling(1), "the next attempt may begin");
        }
    }

    @Test
    void anAnswerGivesTimeForTheGreetingAndNoMore() throws IOException {
        var call = link(1);
        lobby.call(call, START);
        long answered = START + TcpFabric.CONNECT_NANOS_MAX - 1;
        lobby.answered(call, answered);
        lobby.expire(answered + TcpFabric.GREETING_NANOS_MAX - 1);
        assertFalse(call.isClosed());
        lobby.expire(answered + TcpFabric.GREETING_NANOS_MAX);
        assertTrue(call.isClosed());
        assertFalse(lobby.isCalling(1));
    }

    @Test
    void aStrangerHasItsTimeAndWhoHasLeftIsLeftAlone() throws IOException {
        var silent = link(Link.NOBODY);
        var greeted = link(Link.NOBODY);
        var later = link(Link.NOBODY);
        lobby.welcome(silent, START);
        lobby.welcome(greeted, START);
        lobby.welcome(later, START + 1);
        lobby.remove(greeted);
        lobby.expire(START + TcpFabric.GREETING_NANOS_MAX);
        assertTrue(silent.isClosed());
        assertFalse(greeted.isClosed());
        assertFalse(later.isClosed());
        greeted.close();
    }

    @Test
    void oneStrangerTooManyEndsTheOldest() throws IOException {
        var strangers = new ArrayList<Link>();
        for (int i = 0; i <= TcpFabric.STRANGERS_MAX; i++) {
            var stranger = link(Link.NOBODY);
            strangers.add(stranger);
            lobby.welcome(stranger, START);
        }
        var closed = strangers.stream().filter(Link::isClosed).toList();
        assertEquals(List.of(strangers.getFirst()), closed);
    }

    /** A peer that takes the connection and says nothing is called again, and again. */
    @Test
    void whoNeverGreetsIsCalledAgain() throws IOException {
        try (var ends = new FabricEnds(TcpFabric::new, 2);
                var silent = ServerSocketChannel.open()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            silent.configureBlocking(false);
            var end = ends.open(FabricEnds.hello("test", 2, 1), List.of());
            end.fabric().introduce(new Peer(1, (InetSocketAddress) silent.getLocalAddress()));
            try (var first = Caller.accepted(ends, silent)) {
                ends.pump("the first call's end", first::isEnded);
                try (var second = Caller.accepted(ends, silent)) {
                    second.greet(FabricEnds.hello("test", 1, 1));
                    ends.pump("1", () -> end.connected().contains(1));
                }
            }
        }
    }

    @Test
    void aStrangerThatSaysNothingIsShownTheDoor() throws IOException {
        try (var ends = new FabricEnds(TcpFabric::new, 1)) {
            ends.open(1, "test");
            try (var silent = Caller.silent(ends.address(1))) {
                ends.pump("its end", silent::isEnded);
            }
        }
    }
}
