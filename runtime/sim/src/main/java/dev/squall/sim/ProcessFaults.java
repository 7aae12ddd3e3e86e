package dev.squall.sim;

import java.util.List;

/**
 * What happens to processes: they stand still, die alone or together, and come back, now in good
 * order as an operator would have it, now not. Whoever is taken down here in order to come back
 * does so even when the season of faults is over.
 */
final class ProcessFaults {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** A node that comes back is down for so long at most: 500 ms. */
    private static final long DOWN_NANOS_MAX = 500 * MILLI;

    /** Between two nodes of a rolling restart lies so much at most: 500 ms. */
    private static final long GAP_NANOS_MAX = 500 * MILLI;

    /** A node of a storm lives for so long at most: 300 ms. */
    private static final long STORM_NANOS_MAX = 300 * MILLI;

    /** Between a boot and the kill of another node lies so much at most: 100 ms. */
    private static final long AFTER_BOOT_NANOS_MAX = 100 * MILLI;

    private static final int STORM_MIN = 2;
    private static final int STORM_MAX = 6;

    private final World world;
    private final Chance chance;
    private final Season season;
    private final List<SimNode> nodes;

    ProcessFaults(World world, Chance chance, Season season, List<SimNode> nodes) {
        this.world = world;
        this.chance = chance;
        this.season = season;
        this.nodes = nodes;
    }

    /** A node stands still. */
    void pause() {
        long suspect = world.swarm().suspectMillis() * MILLI;
        long longest = world.swarm().faults().longPause() ? 3 * suspect : suspect / 2;
        chance.oneOf(nodes).pause(chance.scaled(MILLI, longest));
    }

    /** A node dies. */
    void crash() {
        var node = chance.oneOf(nodes);
        if (world.swarm().faults().diskCrashes()) {
            node.disk.crashAfter(chance.between(1, 30));
        } else {
            node.crash(chance.with(0.5));
        }
        if (world.swarm().faults().earlyRestart()) {
            bootLater(node);
        }
    }

    /** This node dies; it comes back soon, or only when all is mended. */
    void crash(SimNode node) {
        node.crash(chance.with(0.5));
        if (chance.with(0.5)) {
            bootLater(node);
        }
    }

    /** All nodes restart, one after the other. */
    void rollingRestart() {
        boolean orderly = chance.with(0.6);
        long gap = chance.scaled(MILLI, GAP_NANOS_MAX);
        say("rolling", "%s of all nodes".formatted(orderly ? "restart" : "crash"));
        roll(0, orderly, gap);
    }

    private void roll(int next, boolean orderly, long gap) {
        if (next < nodes.size()) {
            var node = nodes.get(next);
            if (orderly) {
                node.stop();
            } else {
                node.crash(chance.with(0.3));
            }
            long down = bootLater(node);
            season.after(down + gap, () -> roll(next + 1, orderly, gap));
        }
    }

    /** A node dies as soon as it has booted, several times. */
    void storm() {
        var node = chance.oneOf(nodes);
        int times = chance.between(STORM_MIN, STORM_MAX);
        say("storm", "node %d dies %d times".formatted(node.id, times));
        storm(node, times);
    }

    private void storm(SimNode node, int times) {
        if (times > 0) {
            node.crash(chance.with(0.3));
            long down = bootLater(node);
            long lives = chance.scaled(MILLI, STORM_NANOS_MAX);
            season.after(down + lives, () -> storm(node, times - 1));
        }
    }

    /** A node dies, and when it is back, or nearly so, another one does. */
    void crashAfterBoot() {
        var one = chance.oneOf(nodes);
        var other = chance.oneOf(nodes.stream().filter(n -> n != one).toList());
        say("relay", "node %d dies, then node %d".formatted(one.id, other.id));
        one.crash(chance.with(0.5));
        long down = bootLater(one);
        season.after(
                down + chance.scaled(0, AFTER_BOOT_NANOS_MAX),
                () -> {
                    other.crash(chance.with(0.5));
                    if (chance.with(0.7)) {
                        bootLater(other);
                    }
                });
    }

    /** The power fails everywhere, and comes back. */
    void blackOut() {
        say("blackout", "all nodes lose their power");
        nodes.forEach(n -> n.crash(true));
        nodes.forEach(this::bootLater);
    }

    private void say(String what, String text) {
        world.trace().say(0, what, text);
    }

    /** Returns after how many nanoseconds it boots. */
    private long bootLater(SimNode node) {
        long nanos = chance.scaled(MILLI, DOWN_NANOS_MAX);
        world.agenda().after(nanos, node::bootIfDown);
        return nanos;
    }
}
