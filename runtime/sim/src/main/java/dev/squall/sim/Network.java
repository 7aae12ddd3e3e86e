package dev.squall.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The network between the nodes. Along each direction of a connection the order is kept; everything
 * else is chance: how long each batch takes, how much of it leaves or is read at once, when a way
 * is clogged, and when a connection breaks.
 */
final class Network {

    private final Agenda agenda;
    private final Chance chance;
    private final Swarm swarm;
    private final Saboteur saboteur;
    private final List<Integer> nodes;
    private final Map<Integer, SimFabric> listening = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    private final Map<Integer, Long> cloggedUntil = new TreeMap<>();
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

    /** Opens a connection, or returns null when nobody listens there. */
    @Nullable Link connect(SimFabric from, int to) {
        var target = listening.get(to);
        if (target == null) {
            return null;
        }
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

    /** No faults from now on. */
    void calm() {
        calm = true;
        cloggedUntil.clear();
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
                if (!power) {
                    link.sever(false, "the peer closed the connection");
                }
                link.vanish();
            }
        }
    }

    /** A fabric was closed. */
    void gone(SimFabric fabric) {
        listening.remove(fabric.node(), fabric);
    }
}
