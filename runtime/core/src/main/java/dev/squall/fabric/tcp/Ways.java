package dev.squall.fabric.tcp;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open ways, one to a peer at most. One thread. */
final class Ways {

    private static final Link[] NONE = {};

    private final Map<Integer, Link> byPeer = new HashMap<>();

    /** Replaced as a whole, so that who walks through it is not disturbed. */
    private Link[] all = NONE;

    @Nullable Link get(int peer) {
        return byPeer.get(peer);
    }

    /** All of them, to be read only. */
    Link[] all() {
        return all;
    }

    void open(int peer, Link link) {
        byPeer.put(peer, link);
        all = byPeer.values().toArray(NONE);
    }

    /** Closes the way to a peer. Returns whether there was one. */
    boolean close(int peer) {
        var link = byPeer.remove(peer);
        if (link != null) {
            link.close();
            all = byPeer.values().toArray(NONE);
        }
        return link != null;
    }

    /** Whether one of them has something to read that no socket tells of. */
    boolean haveMore() {
        for (var link : all) {
            if (link.hasMore()) {
                return true;
            }
        }
        return false;
    }

    void closeAll() {
        byPeer.values().forEach(Link::close);
        byPeer.clear();
        all = NONE;
    }
}
