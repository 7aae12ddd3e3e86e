package dev.squall.sim;

import java.util.List;
import java.util.TreeSet;

/**
 * What goes wrong between nodes: ways that are slow, connections that break, once or again and
 * again, and partitions of every shape, in one direction or both. Each heals after a while.
 */
final class NetworkFaults {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** The shortest partition: 10 ms. */
    private static final long CUT_NANOS_MIN = 10 * MILLI;

    /** The longest partition, in times of suspicion. */
    private static final int CUT_SUSPICIONS_MAX = 3;

    private static final int FLAPS_MIN = 2;
    private static final int FLAPS_MAX = 8;
    private static final long FLAP_NANOS_MAX = 300 * MILLI;

    private final World world;
    private final Network network;
    private final Chance chance;
    private final Season season;
    private final List<Integer> ids;

    NetworkFaults(World world, Chance chance, Season season) {
        this.world = world;
        this.network = world.network();
        this.chance = chance;
        this.season = season;
        this.ids = world.swarm().nodeIds();
    }

    /** What is sent one way comes late. */
    void clog() {
        int from = chance.oneOf(ids);
        int to = chance.oneOf(ids);
        if (from != to) {
            long nanos = chance.scaled(MILLI, 2 * suspectNanos());
            world.trace().say(from, "clog", "to node %d for %d us".formatted(to, nanos / MICRO));
            network.clog(from, to, nanos);
        }
    }

    /** A connection breaks. */
    void breakConnection() {
        int one = chance.oneOf(ids);
        int other = chance.oneOf(ids);
        if (one != other) {
            breakConnection(one, other);
        }
    }

    private void breakConnection(int one, int other) {
        if (network.breakConnection(one, other)) {
            world.trace().say(one, "break", "the connection to node " + other);
        }
    }

    /** A connection breaks as soon as it has come back, several times. */
    void flap() {
        var pair = someOf(2);
        int times = chance.between(FLAPS_MIN, FLAPS_MAX);
        long nanos = chance.scaled(MILLI, FLAP_NANOS_MAX);
        world.trace()
                .say(
                        pair.getFirst(),
                        "flap",
                        "to node %d, %d times every %d us"
                                .formatted(pair.getLast(), times, nanos / MICRO));
        for (int i = 0; i < times; i++) {
            season.after(i * nanos, () -> breakConnection(pair.getFirst(), pair.getLast()));
        }
    }

    /** One node is alone. */
    void isolate() {
        isolate(chance.oneOf(ids));
    }

    /** This node is alone. */
    void isolate(int node) {
        isolate(node, cutNanos());
    }

    /** This node is alone for so long. */
    void isolate(int node, long nanos) {
        var alone = List.of(node);
        cut(alone, others(alone), true, nanos);
    }

    /** Two parts of the cluster do not see each other; whether one is a majority is chance. */
    void split() {
        var part = someOf(chance.between(1, ids.size() - 1));
        cut(part, others(part), true);
    }

    /** Some are not heard by some others, though they hear them. */
    void cutOneWay() {
        var part = someOf(chance.between(1, ids.size() - 1));
        var others = others(part);
        var deaf = chance.with(0.5) ? others : List.of(chance.oneOf(others));
        cut(part, deaf, false);
    }

    private long cutNanos() {
        return chance.scaled(CUT_NANOS_MIN, CUT_SUSPICIONS_MAX * suspectNanos());
    }

    private void cut(List<Integer> some, List<Integer> others, boolean bothWays) {
        cut(some, others, bothWays, cutNanos());
    }

    private void cut(List<Integer> some, List<Integer> others, boolean bothWays, long nanos) {
        var between = "%s %s %s".formatted(some, bothWays ? "<->" : "->", others);
        say("cut", "%s for %d us".formatted(between, nanos / MICRO));
        each(some, others, bothWays, network::cut);
        world.agenda()
                .after(
                        nanos,
                        () -> {
                            if (network.isCut(some.getFirst(), others.getFirst())) {
                                say("heal", between);
                            }
                            each(some, others, bothWays, network::heal);
                        });
    }

    private interface Way {
        void between(int from, int to);
    }

    private static void each(
            List<Integer> some, List<Integer> others, boolean bothWays, Way action) {
        for (int one : some) {
            for (int other : others) {
                action.between(one, other);
                if (bothWays) {
                    action.between(other, one);
                }
            }
        }
    }

    private void say(String what, String text) {
        world.trace().say(0, what, text);
    }

    private List<Integer> someOf(int count) {
        var some = new TreeSet<Integer>();
        while (some.size() < count) {
            some.add(chance.oneOf(ids));
        }
        return List.copyOf(some);
    }

    private List<Integer> others(List<Integer> part) {
        return ids.stream().filter(id -> !part.contains(id)).toList();
    }

    private long suspectNanos() {
        return world.swarm().suspectMillis() * MILLI;
    }
}
