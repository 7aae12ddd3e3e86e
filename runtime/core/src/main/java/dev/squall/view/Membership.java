package dev.squall.view;

import dev.squall.base.Hlc;
import dev.squall.fabric.Hello;
import dev.squall.table.NodeColumn;
import dev.squall.table.Table;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the configured members become a view, and how the view ends.
 *
 * <p><b>Forming.</b> Once every member has greeted every other, the view's id is one more than the
 * greatest that any of them has on disk: all compute the same. A member that has formed a view
 * accepts no further greeting, so that nobody can form another view beside it.
 *
 * <p><b>Ending.</b> A member is suspected when its connection breaks or its heartbeat stands still
 * for the configured time; suspicions spread by the table. The view is then wedged, for good:
 * writing stops at every survivor, reading goes on. A wedged cluster is formed anew by restarting
 * its nodes.
 *
 * <p>Changed by one thread; {@link #phase}, {@link #reason} and {@link #alive} may be asked by any.
 * The time comes from the caller.
 */
public final class Membership {

    /** Where the group is. */
    public enum Phase {
        FORMING,
        RUNNING,
        WEDGED
    }

    /** A member is suspected when it has been silent for this long: 4 s. */
    public static final long SUSPECT_MILLIS_DEFAULT = 4000;

    /** How long a member that has lived before waits before it forms a view: 500 ms. */
    public static final long SETTLE_NANOS = Hlc.SKEW_MICROS_MAX * 1000;

    private final List<Member> members;
    private final int self;
    private final long suspectNanos;
    private final Map<Integer, Hello> greeted = new ConcurrentHashMap<>();
    private final long[] beats;
    private final long[] beatSeen;
    private long newestView;
    private long lastStep;
    private volatile Phase phase = Phase.FORMING;
    private volatile String reason;

    /**
     * @param members all members, in rank order
     * @param self this node's id, one of them
     * @param newestView the newest view on this node's disk; 0 = none
     * @param suspectNanos how long a member may be silent
     */
    public Membership(List<Member> members, int self, long newestView, long suspectNanos) {
        this.members = List.copyOf(members);
        this.self = self;
        this.newestView = newestView;
        this.suspectNanos = suspectNanos;
        this.beats = new long[members.size()];
        this.beatSeen = new long[members.size()];
        this.reason = waitingFor();
    }

    public Phase phase() {
        return phase;
    }

    /** Why the group is not running; empty when it is. */
    public String reason() {
        return reason;
    }

    /** Why a greeting is not accepted, or null. */
    public @Nullable String refusal(Hello hello) {
        return switch (phase) {
            case FORMING -> null;
            case RUNNING, WEDGED ->
                    "node %d is in view %d already; node %d can join when all nodes are restarted"
                            .formatted(self, newestView, hello.node());
        };
    }

    /** A member has greeted this node. */
    public void connected(int peer, Hello hello) {
        greeted.put(peer, hello);
        newestView = phase == Phase.FORMING ? Math.max(newestView, hello.view()) : newestView;
        reason = phase == Phase.FORMING ? waitingFor() : reason;
    }

    /** The connection to a member broke. */
    public void lost(int peer, String why) {
        greeted.remove(peer);
        switch (phase) {
            case FORMING -> reason = waitingFor();
            case RUNNING -> wedge("member %d is lost: %s".formatted(peer, why));
            case WEDGED -> {}
        }
    }

    /** Returns the view once all members have greeted, once. */
    public @Nullable View form(long now) {
        if (phase != Phase.FORMING || greeted.size() < members.size() - 1) {
            return null;
        }
        phase = Phase.RUNNING;
        reason = "";
        newestView++;
        lastStep = now;
        // A member that has lived before lets its clock settle first: it is not silent, but late.
        Arrays.fill(beatSeen, now + SETTLE_NANOS);
        return new View(newestView, members);
    }

    /**
     * Watches the heartbeats and the others' suspicions. Returns whether the view has just ended.
     */
    public boolean watch(Table table, long now) {
        if (phase != Phase.RUNNING) {
            return false;
        }
        // A node that slept itself has no right to call the others silent.
        boolean slept = now - lastStep > suspectNanos / 4;
        lastStep = now;
        for (int r = 0; r < members.size(); r++) {
            long beat = table.get(r, NodeColumn.BEAT);
            if (beat != beats[r] || slept || r == table.me()) {
                beats[r] = beat;
                beatSeen[r] = now;
            } else if (now - beatSeen[r] > suspectNanos) {
                greeted.remove(members.get(r).id());
                wedge(
                        "member %d has been silent for %d ms"
                                .formatted(members.get(r).id(), (now - beatSeen[r]) / 1_000_000));
            }
            if (table.get(r, NodeColumn.SUSPECTED) != 0 && phase == Phase.RUNNING) {
                wedge("member %d has lost another member".formatted(members.get(r).id()));
            }
        }
        return phase == Phase.WEDGED;
    }

    private void wedge(String why) {
        phase = Phase.WEDGED;
        reason = why + "; restart all nodes to form the group again";
    }

    /** Whether a member's way is open. */
    public boolean alive(int node) {
        return node == self || greeted.containsKey(node);
    }

    private String waitingFor() {
        var missing = new TreeSet<Integer>();
        for (var m : members) {
            if (m.id() != self && !greeted.containsKey(m.id())) {
                missing.add(m.id());
            }
        }
        return "waiting for members "
                + missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
