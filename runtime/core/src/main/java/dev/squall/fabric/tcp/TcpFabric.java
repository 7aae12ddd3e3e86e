package dev.squall.fabric.tcp;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
 */
public final class TcpFabric implements Fabric {

    /** How long to wait before the next attempt to reach a peer: 100 ms. */
    public static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How long an attempt to connect may take, looked at every {@link #RECONNECT_NANOS}: 2 s. */
    public static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** How long a connection, of whichever side, may be without a whole greeting: 2 s. */
    public static final long GREETING_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** Connections that may be waiting for their greeting; one more ends the oldest. */
    public static final int STRANGERS_MAX = 64;

    private static final Link[] NONE = {};

    private final Hello self;
    private final FabricListener listener;
    private final Guests guests;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final Consumer<SelectionKey> ready = this::ready;
    private final Map<Integer, MemorySegment> regions = new HashMap<>();
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private final Map<Integer, Link> open = new HashMap<>();
    private final Lobby lobby = new Lobby();
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** The open ones; replaced as a whole, so that who walks through it is not disturbed. */
    private Link[] links = NONE;

    private long nextConnect = System.nanoTime();
    private long turnWork;

    /**
     * Listens at once; peers are reached from the first {@link #poll} on.
     *
     * @param self what this member says of itself
     * @param bind where to listen
     * @param peers those who are known from the start, this one may be among them
     * @param guests takes the connections of clients
     * @throws UncheckedIOException when the address cannot be bound; names it
     */
    public TcpFabric(
            Hello self,
            InetSocketAddress bind,
            List<Peer> peers,
            FabricListener listener,
            Guests guests) {
        this.self = self;
        this.guests = guests;
        this.listener = listener;
        peers.forEach(p -> this.peers.put(p.id(), p));
        try {
            selector = Selector.open();
            server = ServerSocketChannel.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(bind);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + bind + ": " + e.getMessage(), e);
        }
    }

    /** Lets in no clients. */
    public TcpFabric(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        this(self, bind, peers, listener, Guests.NONE);
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
        var link = open.get(peer);
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
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    @Override
    public int flush() {
        turnWork = 0;
        for (var link : links) {
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
        waiting.set(true);
        try {
            if (!work.getAsBoolean()) {
                selector.select(ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanosMax)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            waiting.set(false);
        }
    }

    @Override
    public void wake() {
        if (waiting.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() == null) {
            accept();
            return;
        }
        var link = (Link) key.attachment();
        if (link.isClosed()) {
            return; // by what another link has brought in this same turn
        }
        try {
            if (key.isConnectable()) {
                link.channel.finishConnect();
                answered(link);
            }
            if (key.isReadable()) {
                if (link.isOpen()) {
                    turnWork += link.receive(regions);
                } else {
                    greet(link);
                }
            }
            if (!link.isClosed() && !link.isOpen() && key.isWritable()) {
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
            var link = link(channel, SelectionKey.OP_READ, Link.NOBODY);
            lobby.welcome(link, System.nanoTime());
        } catch (IOException _) {
            // It was reset before it was looked at.
        }
    }

    private void connectMissing() {
        for (var peer : peers.values()) {
            int id = peer.id();
            boolean mine = id < self.node() && !peer.address().isUnresolved();
            if (mine && !open.containsKey(id) && !lobby.isCalling(id)) {
                connect(peer);
            }
        }
    }

    private void connect(Peer peer) {
        try {
            var link = link(SocketChannel.open(), SelectionKey.OP_CONNECT, peer.id());
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

    private Link link(SocketChannel channel, int interest, int called) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var key = channel.register(selector, interest);
            var link = new Link(channel, key, called, self);
            key.attach(link);
            return link;
        } catch (IOException e) {
            channel.close();
            throw e;
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
        if (remove(peer)) {
            turnWork++;
            listener.lost(peer, "it has connected anew");
            refuse(link, hello); // the loss may have changed the listener's mind
        }
        link.open();
        open.put(peer, link);
        links = open.values().toArray(NONE);
        turnWork++;
        listener.connected(peer, hello);
    }

    private void refuse(Link link, Hello hello) throws IOException {
        var refusal = refusal(link, hello);
        if (refusal != null) {
            throw new IOException(refusal);
        }
    }

    private @Nullable String refusal(Link link, Hello hello) {
        int peer = hello.node();
        if (!hello.cluster().equals(self.cluster())) {
            return "the peer belongs to cluster '%s', not '%s'"
                    .formatted(hello.cluster(), self.cluster());
        }
        if (link.called != Link.NOBODY && link.called != peer) {
            return "node %d answers where node %d is expected".formatted(peer, link.called);
        }
        if (link.called == Link.NOBODY && peer <= self.node()) {
            return "node %d connects to node %d; of two nodes the one with the higher id connects"
                    .formatted(peer, self.node());
        }
        var current = open.get(peer);
        var before = current == null ? null : current.hello();
        if (before != null && hello.incarnation() < before.incarnation()) {
            return "node %d is connected as incarnation %d; %d is older"
                    .formatted(peer, before.incarnation(), hello.incarnation());
        }
        return listener.refusal(hello);
    }

    private void lose(Link link, Exception e) {
        link.close();
        lobby.remove(link);
        var hello = link.hello();
        if (hello != null && open.get(hello.node()) == link) {
            remove(hello.node());
            turnWork++;
            listener.lost(hello.node(), String.valueOf(e.getMessage()));
        }
    }

    /** Closes the way to a peer. Returns whether there was one. */
    private boolean remove(int peer) {
        var link = open.remove(peer);
        if (link != null) {
            link.close();
            links = open.values().toArray(NONE);
        }
        return link != null;
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
        remove(peer);
    }

    @Override
    public void close() {
        open.values().forEach(Link::close);
        lobby.close();
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
