package dev.squall.fabric;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The members of a small cluster, each with an open fabric and one region, polled by the test. */
public final class FabricEnds implements AutoCloseable {

    /** The number of the one region. */
    public static final int REGION = 1;

    /** Its size. */
    public static final long REGION_BYTES = 2 << 20;

    private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

    /** How long a test waits for what must happen; emulated machines are given more. */
    private static final long PATIENCE_NANOS =
            TimeUnit.SECONDS.toNanos(Long.getLong("squall.fabric.patience", 20));

    /** Opens a fabric. */
    public interface Opener {

        /** The fabric of {@code self}, which is among the peers. */
        Fabric open(Hello self, InetSocketAddress bind, List<Peer> peers, FabricListener listener);
    }

    /** One member. */
    public static final class End implements FabricListener {

        final MemorySegment memory;
        final List<Integer> connected = new ArrayList<>();
        final List<Integer> lost = new ArrayList<>();
        final Fabric fabric;
        @Nullable String refusal;
        private IntConsumer onConnected = _ -> {};
        private IntConsumer onLost = _ -> {};

        private End(Opener opener, Hello self, InetSocketAddress bind, List<Peer> peers) {
            fabric = opener.open(self, bind, peers, this);
            memory = fabric.allocate(REGION_BYTES);
            fabric.register(REGION, memory);
        }

        /** Who has connected, again when again. */
        public List<Integer> connected() {
            return connected;
        }

        /** Whose way has closed. */
        public List<Integer> lost() {
            return lost;
        }

        /** The fabric itself. */
        public Fabric fabric() {
            return fabric;
        }

        /** A counter that a peer raises after what it guards. */
        long load(long at) {
            return (long) COUNTER.getAcquire(memory, at);
        }

        /** A turn as an agent takes it, and a wait when there was nothing. */
        void turn(long nanosMax) {
            int work = fabric.poll() + fabric.flush();
            if (work == 0 && nanosMax > 0) {
                fabric.await(nanosMax, () -> false);
            }
        }

        /** Lets nobody in from now on; null = everybody. */
        public void refuse(@Nullable String why) {
            refusal = why;
        }

        /** Done, with the peer's id, from within the listener. */
        public void onConnected(IntConsumer action) {
            onConnected = action;
        }

        /** Done, with the peer's id, from within the listener. */
        public void onLost(IntConsumer action) {
            onLost = action;
        }

        /** The memory that peers write. */
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public @Nullable String refusal(Hello hello) {
            return refusal;
        }

        @Override
        public void connected(int peer, Hello hello) {
            connected.add(peer);
            onConnected.accept(peer);
        }

        @Override
        public void lost(int peer, String reason) {
            lost.add(peer);
            onLost.accept(peer);
        }
    }

    private final Opener opener;
    private final List<Peer> peers = new ArrayList<>();
    private final Map<Integer, End> ends = new TreeMap<>();

    /** Members 1 to {@code count}, none of them open yet. */
    public FabricEnds(Opener opener, int count) {
        this.opener = opener;
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int id = 1; id <= count; id++) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                peers.add(new Peer(id, (InetSocketAddress) socket.getLocalSocketAddress()));
            }
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens all, and waits until each is connected to each. */
    public void connectAll() {
        peers.forEach(p -> open(p.id(), "test"));
        pump(
                "all to connect",
                () -> ends.values().stream().allMatch(e -> e.connected.size() == peers.size() - 1));
    }

    /** Opens a member as one of a cluster. */
    public End open(int id, String cluster) {
        return open(hello(cluster, id, 1), peers);
    }

    /** Opens a member that knows only these from the start. */
    public End open(Hello self, List<Peer> known) {
        int id = self.node();
        var end = new End(opener, self, address(id), known);
        ends.put(id, end);
        return end;
    }

    /** What a member says of itself. */
    public static Hello hello(String cluster, int id, long incarnation) {
        return new Hello(cluster, id, incarnation, "127.0.0.1", 9000 + id, "http://" + id);
    }

    /** A member as others may know it. */
    public Peer peer(int id) {
        return peers.get(id - 1);
    }

    /** Closes a member's end. */
    public void close(int id) {
        end(id).fabric.close();
        ends.remove(id);
    }

    /** Where a member listens. */
    public InetSocketAddress address(int id) {
        return peers.get(id - 1).address();
    }

    /** An open member. */
    public End end(int id) {
        var end = ends.get(id);
        if (end == null) {
            throw new IllegalArgumentException("member " + id + " is not open");
        }
        return end;
    }

    /** Posts a write, giving all ends turns until it is taken. */
    public void write(
            End from, int peer, MemorySegment source, long offset, long target, long length) {
        write(from, peer, REGION, source.asSlice(offset), target, length);
    }

    /** Posts a write into some region, giving all ends turns until it is taken. */
    public void write(
            End from, int peer, int region, MemorySegment source, long target, long length) {
        pump("room for a write", () -> from.fabric.write(peer, region, source, 0, target, length));
    }

    /** Gives all ends so many turns. */
    public void turns(int count) {
        for (int i = 0; i < count; i++) {
            for (var end : ends.values()) {
                end.fabric.poll();
                end.fabric.flush();
                end.fabric.await(1_000_000, () -> false);
            }
        }
    }

    /** Gives all ends turns until something holds. */
    public void pump(String what, BooleanSupplier until) {
        long start = System.nanoTime();
        while (!until.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "waited in vain for " + what);
            for (var end : ends.values()) {
                end.fabric.poll();
                end.fabric.flush();
            }
        }
    }

    @Override
    public void close() {
        ends.values().forEach(e -> e.fabric.close());
    }
}
