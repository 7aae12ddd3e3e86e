package dev.squall.sim;

import dev.squall.fabric.Fabric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a connection: what its node has posted, and what is on its way to the other end. As
 * over TCP, posted bytes wait in a bounded buffer, a socket takes only part of them at a time, long
 * writes are read from their source when they leave and not when they are posted, and the order is
 * kept. What comes to a cut way is held there, for a sender's machine repeats until it is
 * acknowledged: it arrives after the way has healed, in order. A link that was lost or closed
 * delivers nothing any more but the word that it is over.
 */
final class Link {

    private static final int HEADER_BYTES = 16;

    private record Posted(int region, MemorySegment source, long from, long target, int length) {}

    final SimFabric fabric;
    final int peer;
    private final Network network;
    private final ArrayDeque<Posted> posted = new ArrayDeque<>();
    private final ArrayDeque<Parcel> way = new ArrayDeque<>();
    private Link other = this;
    private int staged;
    private int references;
    private long inFlight;
    private long lastArrival;
    private int held;
    private boolean closed;
    private boolean lost;
    private boolean dark;

    private Link(Network network, SimFabric fabric, int peer) {
        this.network = network;
        this.fabric = fabric;
        this.peer = peer;
    }

    /** Both ends of a new connection; returns the connecting one. */
    static Link between(Network network, SimFabric from, SimFabric to) {
        var near = new Link(network, from, to.node());
        var far = new Link(network, to, from.node());
        near.other = far;
        far.other = near;
        return near;
    }

    /** The end of an attempt that nobody answers: whatever is sent along it is gone. */
    static Link toNobody(Network network, SimFabric from, int peer) {
        return new Link(network, from, peer);
    }

    Link other() {
        return other;
    }

    boolean closed() {
        return closed;
    }

    /** Takes a write. Returns false when the buffer is full. */
    boolean post(int region, MemorySegment source, long from, long target, long length) {
        boolean inline = length <= Fabric.INLINE_BYTES_MAX;
        int need = HEADER_BYTES + (inline ? (int) length : 0);
        if (closed
                || staged + need > network.swarm().stagingBytes()
                || (!inline && references == network.swarm().references())) {
            return false;
        }
        staged += need;
        references += inline ? 0 : 1;
        var bytes = inline ? copy(source, from, length) : source;
        posted.add(new Posted(region, bytes, inline ? 0 : from, target, (int) length));
        return true;
    }

    private static MemorySegment copy(MemorySegment source, long from, long length) {
        return MemorySegment.ofArray(source.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /** Hands the socket what it takes now. Returns how many writes that were. */
    int flush() {
        var leaving = new ArrayList<Write>();
        while (!posted.isEmpty() && !closed && inFlight < network.swarm().socketBytes()) {
            if (!leaving.isEmpty() && network.stutters()) {
                break;
            }
            var p = posted.remove();
            leaving.add(new Write(p.region(), p.target(), copy(p.source(), p.from(), p.length())));
            inFlight += p.length();
        }
        if (posted.isEmpty()) {
            staged = 0;
            references = 0;
        }
        if (!leaving.isEmpty()) {
            send(new Parcel.Batch(network.saboteur().carry(fabric.node(), peer, leaving)));
        }
        return leaving.size();
    }

    /** Sends something along this direction; it arrives after all that was sent before. */
    void send(Parcel parcel) {
        if (other == this) {
            return; // nobody is there
        }
        way.add(parcel);
        lastArrival = Math.max(lastArrival, network.arrival(fabric.node(), peer));
        network.agenda().at(lastArrival, this::pass);
    }

    /** The next parcel has come to where the way may be cut. */
    private void pass() {
        if (network.isCut(fabric.node(), peer)) {
            held++;
            lost |= dark;
            network.hold(this);
            return;
        }
        var parcel = way.remove();
        if (!lost || parcel instanceof Parcel.Closed) {
            other.fabric.arrive(other, parcel);
        }
    }

    /** The way has healed: the sender's machine repeats what was held. */
    void repeat() {
        lastArrival = Math.max(lastArrival, network.repeatArrival(fabric.node(), peer));
        for (; held > 0; held--) {
            network.agenda().at(lastArrival, this::pass);
        }
    }

    /** The receiver has read so many bytes: the socket takes as many more. */
    void read(List<Write> writes) {
        long bytes = 0;
        for (var w : writes) {
            bytes += w.length();
        }
        other.inFlight -= bytes;
        if (!other.posted.isEmpty()) {
            other.fabric.wake();
        }
    }

    /** Closes this end and tells the other one. */
    void close(String reason) {
        if (!closed) {
            closed = true;
            send(new Parcel.Closed(reason));
        }
    }

    /** This end is gone without a word. */
    void vanish() {
        closed = true;
    }

    /** This end's machine has lost its power: it repeats nothing that a cut has swallowed. */
    void goDark() {
        dark = true;
        lost |= held > 0;
        closed = true;
    }

    /** The network loses the connection; what is on its way may be lost with it. */
    void sever(boolean loses, String reason) {
        lost |= loses;
        if (!other.closed) {
            send(new Parcel.Closed(reason));
        }
    }
}
