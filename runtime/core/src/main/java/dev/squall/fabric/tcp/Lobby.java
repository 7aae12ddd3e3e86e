package dev.squall.fabric.tcp;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Connections that are no ways yet: calls to peers, and strangers who call. Each has so long to get
 * on; then it is closed, so that neither an address that swallows everything nor a peer that says
 * nothing is waited for. One thread; the time comes from the caller, in nanoseconds.
 */
final class Lobby {

    private final Map<Integer, Link> calls = new HashMap<>();
    private final ArrayDeque<Link> strangers = new ArrayDeque<>();
    private final long greetingNanosMax;

    /** With how long a connection may be without a whole greeting. */
    Lobby(long greetingNanosMax) {
        this.greetingNanosMax = greetingNanosMax;
    }

    /** A connection to a peer is being made. */
    void call(Link link, long now) {
        link.deadline(now + TcpFabric.CONNECT_NANOS_MAX);
        calls.put(link.called, link);
    }

    /** A call was answered: what is missing is the greeting. */
    void answered(Link link, long now) {
        link.deadline(now + greetingNanosMax);
    }

    /**
     * Whoever connects may be anybody. The one who has had the longest time to greet makes room.
     */
    void welcome(Link link, long now) {
        if (strangers.size() == TcpFabric.STRANGERS_MAX) {
            strangers.remove().close();
        }
        link.deadline(now + greetingNanosMax);
        strangers.add(link);
    }

    boolean isCalling(int peer) {
        return calls.containsKey(peer);
    }

    /** Ends a call to a peer, if there is one. */
    void hangUp(int peer) {
        var link = calls.remove(peer);
        if (link != null) {
            link.close();
        }
    }

    /** A connection leaves, open or closed. */
    void remove(Link link) {
        calls.remove(link.called, link);
        strangers.remove(link);
    }

    /** Closes those that had their time. */
    void expire(long now) {
        calls.values().removeIf(l -> closeLate(l, now));
        strangers.removeIf(l -> closeLate(l, now));
    }

    private static boolean closeLate(Link link, long now) {
        boolean late = link.isLate(now);
        if (late) {
            link.close();
        }
        return late;
    }

    void close() {
        calls.values().forEach(Link::close);
        strangers.forEach(Link::close);
        calls.clear();
        strangers.clear();
    }
}
