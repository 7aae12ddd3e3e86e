package dev.squall.bench.fabric;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.Peer;
import dev.squall.fabric.shm.ShmFabric;
import dev.squall.fabric.tcp.TcpFabric;
import dev.squall.fabric.tls.Credentials;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of two members: a fabric, a region, and turns as an agent takes them. One thread. */
final class End implements FabricListener, AutoCloseable {

    private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();
    private static final int REGION = 1;

    /** How long an end sleeps when there is nothing: 1 s. */
    private static final long WAIT_NANOS = 1_000_000_000L;

    private final Fabric fabric;
    private final MemorySegment memory;
    private boolean connected;
    private @Nullable String lost;

    private End(int id, String kind, List<Peer> peers, Path certificates) throws IOException {
        var address = peers.get(id - 1).address();
        var self =
                new Hello("soak", id, 1, address.getHostString(), address.getPort(), "http://none");
        fabric =
                switch (kind) {
                    case "shm" ->
                            ShmFabric.open(
                                    self,
                                    ShmFabric.ROOT,
                                    Otherwise.REFUSE,
                                    (s, l) -> new TcpFabric(s, address, peers, l),
                                    Clock.SYSTEM,
                                    this);
                    case "tls" ->
                            new TcpFabric(
                                    self,
                                    address,
                                    peers,
                                    Credentials.in(certificates.resolve("node" + id)).checkFor(id),
                                    this,
                                    Guests.NONE);
                    default -> new TcpFabric(self, address, peers, this);
                };
        memory = fabric.allocate(Records.RING_AT + Records.RING_BYTES);
        fabric.register(REGION, memory);
    }

    /**
     * Opens an end.
     *
     * @param kind shm, tcp or tls
     * @param certificates for tls: where node1 and node2 are
     */
    static End open(int id, String kind, List<Peer> peers, Path certificates) throws IOException {
        return new End(id, kind, peers, certificates);
    }

    /** Takes turns until the other end is there. */
    void awaitPeer() {
        while (!connected) {
            turn(true);
        }
    }

    /** The counter at the beginning of the region, and with it all that was written before it. */
    long counter() {
        return (long) COUNTER.getAcquire(memory, 0L);
    }

    MemorySegment memory() {
        return memory;
    }

    /** One turn; sleeps when there was nothing to do and it may. */
    void turn(boolean sleep) {
        int work = fabric.poll() + fabric.flush();
        if (lost != null) {
            throw new IllegalStateException("the way was lost: " + lost);
        }
        if (work == 0 && sleep) {
            fabric.await(WAIT_NANOS, () -> false);
        }
    }

    /** Writes into the same place of the other's region. */
    void post(int peer, MemorySegment source, long at, long bytes) {
        while (!fabric.write(peer, REGION, source, at, at, bytes)) {
            turn(false);
        }
    }

    void flush() {
        fabric.flush();
    }

    @Override
    public @Nullable String refusal(Hello hello) {
        return null;
    }

    @Override
    public void connected(int peer, Hello hello) {
        connected = true;
    }

    @Override
    public void lost(int peer, String reason) {
        lost = reason;
    }

    @Override
    public void close() {
        fabric.close();
    }
}
