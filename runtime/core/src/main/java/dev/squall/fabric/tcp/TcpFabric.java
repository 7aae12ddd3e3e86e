package dev.squall.fabric.tcp;

import dev.squall.base.SelectorDoorbell;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.fabric.tls.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link Fabric} over TCP: a write travels as a frame and is applied by the receiver's own {@link
 * #poll}. Everything that was posted in one turn leaves with one system call per peer.
 *
 * <p>Of each pair the member with the higher id connects, and tries again every {@link
 * #RECONNECT_NANOS} until the peer answers. An attempt that gets stuck is given up after {@link
 * #CONNECT_NANOS_MAX} or {@link #GREETING_NANOS_MAX}, so that a network that has healed is noticed
 * soon. The listener is called while sockets are looked at, and may close any of them: whatever
 * comes after a call of it looks again at what is still open. Single-threaded but for {@link
 * #wake}.
 *
 * <p>With {@link Credentials} each connection is a {@link dev.squall.fabric.tls.SecureChannel}, and
 * its greeting travels in it. There a socket that is quiet may leave something to read, and another
 * thread may end a handshake's step: both are looked at in each turn, and before a sleep.
 */
public final class TcpFabric implements Fabric {

    /** How long to wait before the next attempt to reach a peer: 100 ms. */
    public static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long an attempt to connect may take, looked at every {@link #RECONNECT_NANOS}: 2 s. */
    public static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** How long a connection, of whichever side, may be without a whole greeting: 2 s. */
    public static final long GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** The same with TLS, whose first handshake in a process loads many classes: 5 s. */
    public static final long SECURE_GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    /** Connections that may be waiting for their greeting; one more ends the oldest. */
    public static final int STRANGERS_MAX = 64;

    private final Hello self;
    private final FabricListener listener;
    private final Guests guests;
    private final Selector selector;
    private final SelectorDoorbell doorbell;
    private final ServerSocketChannel server;
    private final Consumer<SelectionKey> ready = this::ready;
    private final Map<Integer, MemorySegment> regions = new HashMap<>();
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private final Ways ways = new Ways();
    private final Lobby lobby;
    private final Doorkeeper doorkeeper;
    private final LinkMaker maker;

    private long nextConnect = System.nanoTime();
    private long turnWork;

    /**
     * Listens at once, for members alone; peers are reached from the first {@link #poll} on.
     *
     * @param self what this member says of itself
     * @param bind where to listen
     * @param peers those who are known from the start, this one may be among them
     * @throws UncheckedIOException when the address cannot be bound; names it
     */
    public TcpFabric(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        this(self, bind, peers, null, listener, Guests.NONE);
    }

    /**
     * The same with TLS: what does not speak it, or shows no certificate for the node that it says
     * it is, is not let in; nor are clients, who do not speak it.
     *
     * @param credentials what this member shows and whom it believes; null = no TLS
     * @param guests takes the connections of clients
     */
    public TcpFabric(
            Hello self,
            InetSocketAddress bind,
            List<Peer> peers,
            @Nullable Credentials credentials,
            FabricListener listener,
            Guests guests) {
        this.self = self;
        this.guests = guests;
        this.listener = listener;
        doorkeeper = new Doorkeeper(self, listener);
        lobby = new Lobby(credentials == null ? GREETING_NANOS_MAX : SECURE_GREETING_NANOS_MAX);
        peers.forEach(p -> this.peers.put(p.id(), p));
        try {
            selector = Selector.open();
            doorbell = new SelectorDoorbell(selector, ready, this::hasMore);
            maker = new LinkMaker(self, selector, credentials, this::wake);
            server = ServerSocketChannel.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(bind);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + bind + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void register(int region, MemorySegment memory) {
        regions.put(region, memory);
    }

    @Override
    public void unregister(int region) {
        regions.remove(region);
    }

    @Override
    public boolean write(
            int peer,
            int region,
            MemorySegment source,
            long sourceOffset,
            long targetOffset,
            long length) {
        var link = ways.get(peer);
        return link != null && link.post(region, source, sourceOffset, targetOffset, length);
    }

    @Override
    public int poll() {
        turnWork = 0;
        long now = System.nanoTime();
        if (now - nextConnect >= 0) {
            nextConnect = now + RECONNECT_NANOS;
            lobby.expire(now);
            connectMissing();
        }
        try {
            selector.selectNow(ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        goOn();
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    /** Gets on where no socket says that there is something to do. */
    private void goOn() {
        for (var link = maker.resumed(); link != null; link = maker.resumed()) {
            advance(link, true, false);
        }
        for (var link : ways.all()) {
            if (link.hasMore()) {
                advance(link, true, false);
            }
        }
    }

    @Override
    public int flush() {
        turnWork = 0;
        for (var link : ways.all()) {
            try {
                if (link.isOpen()) {
                    turnWork += link.send();
                }
            } catch (IOException e) {
                lose(link, e);
            }
        }
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    @Override
    public void await(long nanosMax, BooleanSupplier work) {
        doorbell.await(nanosMax, work);
    }

    @Override
    public void wake() {
        doorbell.ring();
    }

    private boolean hasMore() {
        return maker.hasResumed() || ways.haveMore();
    }

    private void ready(SelectionKey key) {
        if (key.attachment() == null) {
            accept();
            return;
        }
        advance((Link) key.attachment(), key.isReadable(), key.isConnectable());
    }

    private void advance(Link link, boolean readable, boolean connectable) {
        if (link.isClosed()) {
            return; // by what another link has brought in this same turn
        }
        try {
            if (connectable) {
                link.channel.finishConnect();
                answered(link);
            }
            if (readable && !link.isClosed()) {
                if (link.isOpen()) {
                    turnWork += link.receive(regions);
                } else {
                    greet(link);
                }
            }
            if (!link.isClosed() && !link.isOpen() && link.channel.isConnected()) {
                turnWork += link.send();
            }
        } catch (IOException e) {
            lose(link, e);
        }
    }

    private void accept() {
        try {
            var channel = server.accept();
            while (channel != null) {
                welcome(channel);
                channel = server.accept();
            }
        } catch (IOException _) {
            // This machine has no more descriptors: who knocks waits until one is free.
        }
    }

    /** Whoever connects may be anybody: what goes wrong on the way is the stranger's loss alone. */
    private void welcome(SocketChannel channel) {
        try {
            var link = maker.make(channel, SelectionKey.OP_READ, Link.NOBODY);
            lobby.welcome(link, System.nanoTime());
        } catch (IOException _) {
            // It was reset before it was looked at.
        }
    }

    private void connectMissing() {
        for (var peer : peers.values()) {
            int id = peer.id();
            boolean mine = id < self.node() && !peer.address().isUnresolved();
            if (mine && ways.get(id) == null && !lobby.isCalling(id)) {
                connect(peer);
            }
        }
    }

    private void connect(Peer peer) {
        try {
            var link = maker.make(SocketChannel.open(), SelectionKey.OP_CONNECT, peer.id());
            lobby.call(link, System.nanoTime());
            try {
                if (link.channel.connect(peer.address())) {
                    answered(link);
                }
            } catch (IOException | UnsupportedAddressTypeException e) {
                lose(link, e);
            }
        } catch (IOException _) {
            // This machine has no more descriptors: the next attempt may find one.
        }
    }

    private void answered(Link link) {
        lobby.answered(link, System.nanoTime());
        try {
            turnWork += link.send();
        } catch (IOException e) {
            lose(link, e);
        }
    }

    private void greet(Link link) throws IOException {
        if (!link.listen()) {
            return;
        }
        if (link.isGuest()) {
            lobby.remove(link);
            guests.take(link.channel, link.leave());
            turnWork++;
            return;
        }
        turnWork += link.send();
        var hello = link.greet();
        if (hello == null) {
            return;
        }
        refuse(link, hello);
        if (link.isClosed()) {
            return; // the listener has forgotten the peer while it was asked
        }
        lobby.remove(link);
        int peer = hello.node();
        if (ways.close(peer)) {
            turnWork++;
            listener.lost(peer, "it has connected anew");
            refuse(link, hello); // the loss may have changed the listener's mind
        }
        link.open();
        ways.open(peer, link);
        turnWork++;
        listener.connected(peer, hello);
    }

    private void refuse(Link link, Hello hello) throws IOException {
        var refusal = doorkeeper.refusal(link, hello, ways.get(hello.node()));
        if (refusal != null) {
            throw new IOException(refusal);
        }
    }

    private void lose(Link link, Exception e) {
        if (!link.isOpen()) {
            doorkeeper.tell(link, e, System.nanoTime());
        }
        link.close();
        lobby.remove(link);
        var hello = link.hello();
        if (hello != null && ways.get(hello.node()) == link) {
            ways.close(hello.node());
            turnWork++;
            listener.lost(hello.node(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void introduce(Peer peer) {
        var before = peers.put(peer.id(), peer);
        if (!peer.equals(before)) {
            lobby.hangUp(peer.id()); // it may be waiting for the old address
        }
    }

    @Override
    public void forget(int peer) {
        peers.remove(peer);
        lobby.hangUp(peer);
        drop(peer);
    }

    @Override
    public void drop(int peer) {
        ways.close(peer);
    }

    @Override
    public void close() {
        ways.closeAll();
        lobby.close();
        maker.close();
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
