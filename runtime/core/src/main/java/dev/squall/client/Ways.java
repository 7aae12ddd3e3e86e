package dev.squall.client;

import dev.squall.client.frame.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's connections: made when somebody wants them, given up when nothing is heard any more.
 * {@link #open} and {@link #any} from any thread, the rest by the client's own.
 */
final class Ways {

    /** How long a connection may take until its member has said welcome: 2 s. */
    static final long CONNECT_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** Before the next attempt to reach a member: 50 ms. */
    static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A way on which nothing was heard for so long is asked for a sign of life: 1 s. */
    static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A way on which nothing was heard for so long is given up: 4 s. */
    static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(4);

    private final ClientOptions options;
    private final Routing routing;
    private final Selector selector;
    private final Loop loop;
    private final int first;
    private final Map<Integer, Way> byNode = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, Way> calling = new HashMap<>();
    private final Map<InetSocketAddress, Long> notBefore = new HashMap<>();
    private final LinkedHashSet<InetSocketAddress> wanted = new LinkedHashSet<>();
    private int turn;

    /**
     * @param first which of equal members is asked first, so that clients spread over them
     */
    Ways(ClientOptions options, Routing routing, Selector selector, Loop loop, int first) {
        this.options = options;
        this.routing = routing;
        this.selector = selector;
        this.loop = loop;
        this.first = first;
    }

    /** An open way, to whomever. */
    @Nullable Way any() {
        for (var way : byNode.values()) {
            if (way.isOpen()) {
                return way;
            }
        }
        return null;
    }

    /** An open way to one of these, at each try beginning with another. */
    @Nullable Way open(List<Integer> members, int tries) {
        int count = members.size();
        for (int i = 0; i < count; i++) {
            var way = byNode.get(members.get(Math.floorMod(first + tries + i, count)));
            if (way != null && way.isOpen()) {
                return way;
            }
        }
        return null;
    }

    /** Ways to these are wanted. */
    void want(List<Integer> members) {
        for (int node : members) {
            var address = routing.address(node);
            if (address != null && !byNode.containsKey(node)) {
                wanted.add(address);
            }
        }
    }

    boolean connecting() {
        return !calling.isEmpty();
    }

    void turn(long now, boolean needed) {
        if (needed && byNode.isEmpty()) {
            wantAnybody();
        }
        for (var address : wanted) {
            connect(address, now);
        }
        wanted.clear();
        for (var way : List.copyOf(calling.values())) {
            if (now - way.heard > CONNECT_NANOS_MAX) {
                loop.lose(way, "it does not answer");
            }
        }
        for (var way : byNode.values()) {
            listen(way, now);
        }
    }

    private void wantAnybody() {
        if (calling.isEmpty()) {
            var all = new ArrayList<>(options.seeds());
            all.addAll(routing.addresses());
            wanted.add(all.get(Math.floorMod(first + turn++, all.size())));
        }
    }

    private void connect(InetSocketAddress address, long now) {
        var earliest = notBefore.get(address);
        if (calling.containsKey(address) || (earliest != null && now - earliest < 0)) {
            return;
        }
        notBefore.put(address, now + RECONNECT_NANOS);
        try {
            calling.put(address, Way.to(address, options.cluster(), selector, loop, now));
        } catch (IOException _) {
            // Nobody listens there: the next attempt may find one.
        }
    }

    private void listen(Way way, long now) {
        long silent = now - way.heard;
        if (silent > SILENCE_NANOS_MAX) {
            loop.lose(way, "nothing was heard for %d ms".formatted(silent / 1_000_000));
        } else if (silent > PING_NANOS && now - way.pinged > PING_NANOS) {
            way.pinged = now;
            loop.tell(way, 0, new Request.Ping());
        }
    }

    /** A member has said welcome. Returns whether the way is kept. */
    boolean opened(Way way) {
        calling.remove(way.address, way);
        var before = byNode.get(way.node());
        if (before != null && before.isOpen()) {
            way.close(); // the same member under another address
            return false;
        }
        byNode.put(way.node(), way);
        return true;
    }

    void closed(Way way) {
        calling.remove(way.address, way);
        byNode.remove(way.node(), way);
    }

    void close() {
        calling.values().forEach(Way::close);
        byNode.values().forEach(Way::close);
    }
}
