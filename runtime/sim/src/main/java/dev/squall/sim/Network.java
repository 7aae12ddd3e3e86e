package dev.squall.sim;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network between the nodes. Along each direction of a connection the order is kept; everything
 * else is chance: how long each batch takes, how much of it leaves or is read at once, when a way
 * is clogged, and when a connection breaks.
 *
 * <p>A way, which is one direction between two nodes, may be <b>cut</b>, as by a router that drops
 * everything: what is sent along it arrives after {@link #heal}, and no connection is made between
 * the two meanwhile.
 */
final class Network {

    /** An attempt across a cut fails after this at the earliest: 200 ms. */
    static final long UNANSWERED_NANOS_MIN = 200_000_000;

    /** An attempt across a cut fails after this at the latest: 2 s. */
    static final long UNANSWERED_NANOS_MAX = 2_000_000_000;

    /** After a way has healed, what was held comes within this and the usual delay: 200 ms. */
    static final long REPEAT_NANOS_MAX = 200_000_000;

    private final Agenda agenda;
    private final Chance chance;
    private final Swarm swarm;
    private final Saboteur saboteur;
    private final List<Integer> nodes;
    private final Map<Integer, SimFabric> listening = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    private final Map<Integer, Long> cloggedUntil = new HashMap<>();
    private final Set<Integer> cuts = new HashSet<>();
    private final Set<Integer> noisy = new HashSet<>();
    private final Set<Link> holding = new LinkedHashSet<>();
    private boolean calm;

    Network(Agenda agenda, Chance chance, Swarm swarm, Saboteur saboteur) {
        this.agenda = agenda;
        this.chance = chance;
        this.swarm = swarm;
        this.saboteur = saboteur;
        this.nodes = swarm.nodeIds();
    }

    Agenda agenda() {
        return agenda;
    }

    Swarm swarm() {
        return swarm;
    }

    /** A bit turns over in the next record with a payload that comes to a node. */
    void noise(int node) {
        noisy.add(node);
    }

    /** Flips a bit of a record that a write has brought, if that is due. */
    void harm(int node, Write write, MemorySegment memory) {
        long at = write.offset();
        long end = at + write.length();
        while (noisy.contains(node) && at % 32 == 0 && at + RecordLayout.HEADER_BYTES < end) {
            boolean whole = RecordLayout.marked(memory, at);
            int length = whole ? RecordLayout.length(memory, at) : 0;
            if (length <= 0 || at + length > end) {
                return;
            }
            if (length > RecordLayout.HEADER_BYTES) {
                // Not in its length and kind, by which the ring is walked before records are seen.
                long victim = chance.between(at + 20, at + length - 1);
                var was = memory.get(ValueLayout.JAVA_BYTE, victim);
                int bit = 1 << chance.between(0, 7);
                memory.set(ValueLayout.JAVA_BYTE, victim, (byte) (was ^ bit));
                noisy.remove(node);
            }
            at += RecordLayout.footprint(length);
        }
    }

    Saboteur saboteur() {
        return saboteur;
    }

    List<Integer> nodes() {
        return nodes;
    }

    /** Whether a socket stops in the middle this time. */
    boolean stutters() {
        return chance.with(swarm.stutter());
    }

    /** Some words of a write, from its beginning or from its end. */
    Write torn(Write write) {
        long words = Math.ceilDiv(write.length(), SimFabric.WORD_BYTES) - 1;
        long cut = SimFabric.WORD_BYTES * chance.between(1, words);
        boolean first = chance.with(0.5);
        var part = first ? write.bytes().asSlice(0, cut) : write.bytes().asSlice(cut);
        return new Write(write.region(), write.offset() + (first ? 0 : cut), part);
    }

    /** A node's process is up. Whoever still talks to its former life learns that this is over. */
    void listen(SimFabric fabric) {
        reset(fabric.node());
        listening.put(fabric.node(), fabric);
    }

    private void reset(int node) {
        for (var link : links) {
            if (link.fabric.node() == node) {
                link.sever(true, "the connection was reset");
            }
        }
        links.removeIf(l -> l.fabric.node() == node || l.peer == node);
    }

    /**
     * Opens a connection, or returns null when nobody listens there. Across a cut it is one that
     * nobody answers, and that is given up after a while.
     */
    @Nullable Link connect(SimFabric from, int to) {
        if (isCut(from.node(), to) || isCut(to, from.node())) {
            var link = Link.toNobody(this, from, to);
            agenda.after(
                    chance.between(UNANSWERED_NANOS_MIN, UNANSWERED_NANOS_MAX),
                    () -> from.arrive(link, new Parcel.Closed("no answer came")));
            return link;
        }
        var target = listening.get(to);
        if (target == null) {
            return null;
        }
        links.removeIf(l -> l.closed() && l.other().closed());
        var link = Link.between(this, from, target);
        links.add(link);
        links.add(link.other());
        return link;
    }

    /** When something that is sent now will arrive. */
    long arrival(int from, int to) {
        long clear = Math.max(agenda.nanos(), cloggedUntil.getOrDefault(way(from, to), 0L));
        long delay = chance.between(swarm.delayNanosMin(), swarm.delayNanosMax());
        boolean slow = !calm && chance.with(swarm.slowPacket());
        return clear + (slow ? delay * 20 : delay);
    }

    private static int way(int from, int to) {
        return from << 16 | to;
    }

    /** What is sent from now on comes only after so long. */
    void clog(int from, int to, long nanos) {
        cloggedUntil.put(way(from, to), agenda.nanos() + nanos);
    }

    /** When something that a cut has held will arrive, if it is sent again from now on. */
    long repeatArrival(int from, int to) {
        return arrival(from, to) + chance.scaled(0, REPEAT_NANOS_MAX);
    }

    /** Nothing arrives along this way until it heals. */
    void cut(int from, int to) {
        if (from != to) {
            cuts.add(way(from, to));
        }
    }

    boolean isCut(int from, int to) {
        return cuts.contains(way(from, to));
    }

    /** A link has something that cannot pass. */
    void hold(Link link) {
        holding.add(link);
    }

    /** The way is open again: what was held on it arrives, in order. */
    void heal(int from, int to) {
        cuts.remove(way(from, to));
        repeat(l -> l.fabric.node() == from && l.peer == to);
    }

    /** All ways are open again. */
    void healAll() {
        cuts.clear();
        repeat(_ -> true);
    }

    private void repeat(Predicate<Link> which) {
        var healed = holding.stream().filter(which).toList();
        healed.forEach(holding::remove);
        healed.forEach(Link::repeat);
    }

    /** No faults from now on: no way is clogged or cut. */
    void calm() {
        calm = true;
        cloggedUntil.clear();
        healAll();
    }

    void stir() {
        calm = false;
    }

    /** Breaks the connection between two nodes, if there is one. */
    boolean breakConnection(int a, int b) {
        var fabric = listening.get(a);
        var link = fabric == null ? null : fabric.link(b);
        if (link == null) {
            return false;
        }
        boolean loses = chance.with(0.5);
        link.sever(loses, "the connection broke");
        link.other().sever(loses, "the connection broke");
        return true;
    }

    /** A process died: its machine closes its connections, unless it lost its power. */
    void die(SimFabric fabric, boolean power) {
        fabric.die();
        if (listening.get(fabric.node()) == fabric) {
            listening.remove(fabric.node());
        }
        for (var link : links) {
            if (link.fabric == fabric) {
                if (power) {
                    link.goDark();
                } else {
                    link.sever(false, "the peer closed the connection");
                    link.vanish();
                }
            }
        }
    }

    /** A fabric was closed. */
    void gone(SimFabric fabric) {
        listening.remove(fabric.node(), fabric);
    }
}
