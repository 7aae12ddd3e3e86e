package dev.squall.sim;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.sim.check.Violation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Fabric} over the simulated {@link Network}, with the manners of the TCP one: of each pair
 * the member with the higher id connects, both greet, and each decides for itself whether the other
 * is let in. A member that greets anew, while its former connection still seems open here, takes
 * the place of that one. What came is applied by {@link #poll} in order, and not always all of it
 * at once: of a write, too, there may be only some words, the first or the last, as when the writer
 * stores straight into memory.
 */
final class SimFabric implements Fabric {

    /** How long to wait before the next attempt to reach a peer: 100 ms. */
    static final long RECONNECT_NANOS = 100_000_000;

    /** What is written as one: a number and no more than that. */
    static final long WORD_BYTES = 8;

    private static final String ANEW = "it has connected anew";

    private record Arrived(Link link, Parcel parcel) {}

    private final Network network;
    private final Hello self;
    private final FabricListener listener;
    private final Runnable doorbell;
    private final Map<Integer, MemorySegment> regions = new HashMap<>();
    private final Map<Integer, Link> open = new TreeMap<>();
    private final Map<Integer, Link> connecting = new TreeMap<>();
    private final TreeSet<Integer> forgotten = new TreeSet<>();
    private final Map<Integer, Long> incarnations = new TreeMap<>();
    private final ArrayDeque<Arrived> inbox = new ArrayDeque<>();
    private long nextConnect;
    private boolean dead;

    SimFabric(Network network, Hello self, FabricListener listener, Runnable doorbell) {
        this.network = network;
        this.self = self;
        this.listener = listener;
        this.doorbell = doorbell;
        this.nextConnect = network.agenda().nanos();
    }

    int node() {
        return self.node();
    }

    /** The open or half-open way to a peer. */
    @Nullable Link link(int peer) {
        return open.get(peer);
    }

    /** The process is gone: nothing more is taken in. */
    void die() {
        dead = true;
        inbox.clear();
    }

    /** Something has come; it is looked at by the next {@link #poll}. */
    void arrive(Link link, Parcel parcel) {
        if (!dead && (!link.closed() || parcel instanceof Parcel.Closed)) {
            inbox.add(new Arrived(link, parcel));
            doorbell.run();
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
        connectMissing();
        int work = 0;
        while (!inbox.isEmpty()) {
            var next = inbox.remove();
            work++;
            if (!take(next.link(), next.parcel())) {
                break; // the rest comes with the next turn
            }
        }
        return work;
    }

    @Override
    public int flush() {
        int work = 0;
        for (var link : open.values()) {
            work += link.flush();
        }
        return work;
    }

    private boolean take(Link link, Parcel parcel) {
        switch (parcel) {
            case Parcel.Knock _ -> answer(link);
            case Parcel.Greeting(var hello) -> greet(link, hello);
            case Parcel.Closed(var reason) -> lose(link, reason);
            case Parcel.Batch batch -> {
                return apply(link, batch);
            }
        }
        return true;
    }

    private void connectMissing() {
        long now = network.agenda().nanos();
        if (now < nextConnect) {
            return;
        }
        nextConnect = now + RECONNECT_NANOS;
        for (int peer : network.nodes()) {
            boolean mine = peer < node() && !forgotten.contains(peer);
            if (mine && !open.containsKey(peer) && !connecting.containsKey(peer)) {
                var link = network.connect(this, peer);
                if (link != null) {
                    connecting.put(peer, link);
                    link.send(new Parcel.Knock());
                    link.send(new Parcel.Greeting(self));
                }
            }
        }
    }

    private void answer(Link link) {
        if (!link.closed()) {
            link.send(new Parcel.Greeting(self));
        }
    }

    private void greet(Link link, Hello hello) {
        if (link.closed()) {
            return;
        }
        int peer = hello.node();
        connecting.remove(peer, link);
        var refusal = refusal(hello);
        if (refusal != null) {
            link.close(refusal);
            return;
        }
        var former = open.remove(peer);
        if (former != null) {
            former.close(ANEW);
            listener.lost(peer, ANEW);
        }
        open.put(peer, link);
        incarnations.put(peer, hello.incarnation());
        listener.connected(peer, hello);
    }

    private @Nullable String refusal(Hello hello) {
        long known = incarnations.getOrDefault(hello.node(), Long.MIN_VALUE);
        if (open.containsKey(hello.node()) && hello.incarnation() < known) {
            return "node %d is connected with incarnation %d, which is newer than %d"
                    .formatted(hello.node(), known, hello.incarnation());
        }
        return listener.refusal(hello);
    }

    private void lose(Link link, String reason) {
        link.vanish();
        connecting.values().remove(link);
        if (open.remove(link.peer, link)) {
            listener.lost(link.peer, reason);
        }
    }

    /** Applies writes, or only the first of them. Returns whether that were all. */
    private boolean apply(Link link, Parcel.Batch batch) {
        var writes = batch.writes();
        for (int i = 0; i < writes.size(); i++) {
            var write = writes.get(i);
            if (write.length() > WORD_BYTES && network.stutters()) {
                apply(link, network.torn(write));
                later(link, batch, i);
                return false;
            }
            apply(link, write);
            if (i + 1 < writes.size() && network.stutters()) {
                later(link, batch, i + 1);
                return false;
            }
        }
        link.read(writes);
        return true;
    }

    private void later(Link link, Parcel.Batch batch, int from) {
        var writes = batch.writes();
        link.read(writes.subList(0, from));
        inbox.addFirst(new Arrived(link, new Parcel.Batch(writes.subList(from, writes.size()))));
    }

    private void apply(Link link, Write write) {
        if (link.closed() || open.get(link.peer) != link) {
            return;
        }
        var memory = regions.get(write.region());
        long length = write.length();
        if (memory == null || write.offset() + length > memory.byteSize()) {
            throw new Violation(
                    "Fabric",
                    "node %d wrote %d bytes at %d into region %d of node %d, which has %s"
                            .formatted(
                                    link.peer,
                                    length,
                                    write.offset(),
                                    write.region(),
                                    node(),
                                    memory == null ? "none" : memory.byteSize() + " bytes"));
        }
        MemorySegment.copy(write.bytes(), 0, memory, write.offset(), length);
        network.harm(node(), write, memory);
        network.saboteur().applied(link.peer, node(), write, memory);
    }

    @Override
    public void await(long nanosMax, BooleanSupplier work) {
        throw new IllegalStateException("the simulator never waits");
    }

    @Override
    public void wake() {
        if (!dead) {
            doorbell.run();
        }
    }

    /** All nodes of the network are known from the start; this undoes {@link #forget}. */
    @Override
    public void introduce(Peer peer) {
        forgotten.remove(peer.id());
    }

    @Override
    public void forget(int peer) {
        forgotten.add(peer);
        var call = connecting.remove(peer);
        if (call != null) {
            call.close("forgotten");
        }
        drop(peer);
    }

    @Override
    public void drop(int peer) {
        var link = open.remove(peer);
        if (link != null) {
            link.close("dropped");
        }
    }

    @Override
    public void close() {
        for (var link : open.values()) {
            link.flush();
            link.close("the peer closed the connection");
        }
        connecting.values().forEach(l -> l.close("the peer closed the connection"));
        network.gone(this);
        die();
    }
}
