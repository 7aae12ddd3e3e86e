package dev.squall.fabric.tcp;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Fabric} over TCP: a write travels as a frame and is applied by the receiver's own {@link
 * #poll}. Everything that was posted in one turn leaves with one system call per peer.
 *
 * <p>Of each pair the member with the higher id connects, and tries again every {@link
 * #RECONNECT_NANOS} until the peer answers. Single-threaded but for {@link #wake}.
 */
public final class TcpFabric implements Fabric {

    /** How long to wait before the next attempt to reach a peer: 100 ms. */
    public static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Connections that may be waiting for their greeting; one more ends the oldest. */
    public static final int STRANGERS_MAX = 64;

    private final Hello self;
    private final List<Peer> peers;
    private final FabricListener listener;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final Map<Integer, MemorySegment> regions = new HashMap<>();
    private final Map<Integer, Link> open = new HashMap<>();
    private final Map<Integer, Link> connecting = new HashMap<>();
    private final List<Link> strangers = new ArrayList<>();
    private final List<Integer> closed = new ArrayList<>();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private long nextConnect = System.nanoTime();
    private long turnWork;

    /**
     * Listens at once; peers are reached from the first {@link #poll} on.
     *
     * @param self what this member says of itself
     * @param bind where to listen
     * @param peers all members, this one may be among them
     * @throws UncheckedIOException when the address cannot be bound; names it
     */
    public TcpFabric(
            Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener) {
        this.self = self;
        this.peers = List.copyOf(peers);
        this.listener = listener;
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
        connectMissing();
        try {
            selector.selectNow(this::ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        forgetClosed();
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    @Override
    public int flush() {
        turnWork = 0;
        for (var entry : open.entrySet()) {
            var link = entry.getValue();
            try {
                if (!closed.contains(entry.getKey())) {
                    turnWork += link.send();
                }
            } catch (IOException e) {
                lose(link, e);
            }
        }
        forgetClosed();
        return (int) Math.min(turnWork, Integer.MAX_VALUE);
    }

    private void forgetClosed() {
        if (!closed.isEmpty()) {
            open.keySet().removeAll(closed);
            closed.clear();
        }
    }

    @Override
    public void await(long nanosMax, BooleanSupplier work) {
        waiting.set(true);
        try {
            if (!work.getAsBoolean()) {
                selector.select(this::ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanosMax)));
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
        try {
            if (key.isConnectable()) {
                link.channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                turnWork += link.send();
            }
            if (key.isReadable()) {
                if (link.isOpen()) {
                    turnWork += link.receive(regions);
                } else {
                    greet(link);
                }
            }
            if (!link.isOpen() && key.isValid() && key.isWritable()) {
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
        if (strangers.size() == STRANGERS_MAX) {
            strangers.removeFirst().close(); // it has had the longest time to greet
        }
        try {
            var link = link(channel, SelectionKey.OP_READ);
            strangers.add(link);
            turnWork += link.send();
        } catch (IOException _) {
            strangers.removeIf(s -> s.channel.equals(channel));
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }

    private void connectMissing() {
        long now = System.nanoTime();
        if (now - nextConnect < 0) {
            return;
        }
        nextConnect = now + RECONNECT_NANOS;
        for (var peer : peers) {
            boolean mine = peer.id() < self.node();
            if (mine && !open.containsKey(peer.id()) && !connecting.containsKey(peer.id())) {
                connect(peer);
            }
        }
    }

    private void connect(Peer peer) {
        try {
            var channel = SocketChannel.open();
            var link = link(channel, SelectionKey.OP_CONNECT);
            connecting.put(peer.id(), link);
            if (channel.connect(peer.address())) {
                link.selection.interestOps(SelectionKey.OP_READ);
                turnWork += link.send();
            }
        } catch (IOException _) {
            var link = connecting.remove(peer.id());
            if (link != null) {
                link.close();
            }
        }
    }

    private Link link(SocketChannel channel, int interest) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var key = channel.register(selector, interest);
        var link = new Link(channel, key, self);
        key.attach(link);
        return link;
    }

    private void greet(Link link) throws IOException {
        var hello = link.greet();
        if (hello == null) {
            return;
        }
        var refusal = refusal(link, hello);
        if (refusal != null) {
            throw new IOException(refusal);
        }
        strangers.remove(link);
        connecting.remove(hello.node(), link);
        link.open();
        open.put(hello.node(), link);
        turnWork++;
        listener.connected(hello.node(), hello);
    }

    private @Nullable String refusal(Link link, Hello hello) {
        if (!hello.cluster().equals(self.cluster())) {
            return "the peer belongs to cluster '%s', not '%s'"
                    .formatted(hello.cluster(), self.cluster());
        }
        if (peers.stream().noneMatch(p -> p.id() == hello.node())) {
            return "node " + hello.node() + " is not a member";
        }
        if (hello.node() == self.node() || open.containsKey(hello.node())) {
            return "node " + hello.node() + " is connected already";
        }
        if (connecting.containsValue(link) && connecting.get(hello.node()) != link) {
            return "another node than the expected one answers: " + hello.node();
        }
        return listener.refusal(hello);
    }

    private void lose(Link link, IOException e) {
        link.close();
        strangers.remove(link);
        connecting.values().remove(link);
        var hello = link.hello();
        if (hello != null && open.get(hello.node()) == link && !closed.contains(hello.node())) {
            closed.add(hello.node());
            turnWork++;
            listener.lost(hello.node(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void drop(int peer) {
        var link = open.remove(peer);
        if (link != null) {
            link.close();
        }
    }

    @Override
    public void close() {
        open.values().forEach(Link::close);
        strangers.forEach(Link::close);
        connecting.values().forEach(Link::close);
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
