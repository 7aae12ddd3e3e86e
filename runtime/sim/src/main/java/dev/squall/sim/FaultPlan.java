package dev.squall.sim;

import java.util.List;

/** Decides when which fault strikes, as far as the seed's swarm allows it. */
final class FaultPlan {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** Between the first and the last node that goes down or boots: up to 300 ms. */
    private static final long STAGGER_NANOS_MAX = 300 * MILLI;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;

    FaultPlan(World world, List<SimNode> nodes) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
    }

    /** Faults of one life, from now on. */
    void strike() {
        world.network().stir();
        var faults = world.swarm().faults();
        repeat(faults.clogs(), this::clog);
        repeat(faults.pauses(), this::pause);
        repeat(faults.breaks(), this::breakConnection);
        repeat(faults.crashes(), this::crash);
        repeat(faults.fullDisks(), this::fillDisk);
    }

    private void repeat(int times, Runnable fault) {
        for (int i = 0; i < times; i++) {
            world.agenda().after(chance.between(0, world.swarm().lifeNanos()), fault);
        }
    }

    private void clog() {
        int from = chance.oneOf(nodes).id;
        int to = chance.oneOf(nodes).id;
        if (from != to) {
            long nanos = chance.scaled(MILLI, 2 * world.swarm().suspectMillis() * MILLI);
            world.trace().say(from, "clog", "to node %d for %d us".formatted(to, nanos / MICRO));
            world.network().clog(from, to, nanos);
        }
    }

    private void pause() {
        long suspect = world.swarm().suspectMillis() * MILLI;
        long longest = world.swarm().faults().longPause() ? 3 * suspect : suspect / 2;
        chance.oneOf(nodes).pause(chance.scaled(MILLI, longest));
    }

    private void breakConnection() {
        int one = chance.oneOf(nodes).id;
        int other = chance.oneOf(nodes).id;
        if (one != other && world.network().breakConnection(one, other)) {
            world.trace().say(one, "break", "the connection to node " + other);
        }
    }

    private void crash() {
        var node = chance.oneOf(nodes);
        if (world.swarm().faults().diskCrashes()) {
            node.disk.crashAfter(chance.between(1, 30));
        } else {
            node.crash(chance.with(0.5));
        }
        if (world.swarm().faults().earlyRestart()) {
            world.agenda().after(chance.scaled(MILLI, 500 * MILLI), () -> bootIfDown(node));
        }
    }

    private void fillDisk() {
        var node = chance.oneOf(nodes);
        world.trace().say(node.id, "full", "the disk refuses writes");
        node.disk.full(true);
    }

    private static void bootIfDown(SimNode node) {
        if (!node.up()) {
            node.boot();
        }
    }

    /** Nothing new goes wrong. */
    void heal() {
        world.network().calm();
    }

    /** Ends the life: all nodes go down, in one instant or one after the other. */
    void bringDown() {
        if (chance.with(0.4)) {
            nodes.forEach(n -> n.crash(true));
            return;
        }
        for (var node : nodes) {
            int how = chance.between(0, 2);
            world.agenda()
                    .after(
                            chance.between(0, STAGGER_NANOS_MAX),
                            () -> {
                                switch (how) {
                                    case 0 -> node.stop();
                                    case 1 -> node.crash(false);
                                    default -> node.crash(true);
                                }
                                if (chance.with(0.5)) {
                                    world.agenda()
                                            .after(
                                                    chance.scaled(MILLI, 200 * MILLI),
                                                    () -> bootIfDown(node));
                                }
                            });
        }
        waitOut(STAGGER_NANOS_MAX + 200 * MILLI);
    }

    /** Boots whoever is down. */
    void bootAll(boolean disturbed) {
        for (var node : nodes) {
            world.agenda()
                    .after(
                            chance.between(0, STAGGER_NANOS_MAX),
                            () -> {
                                bootIfDown(node);
                                if (disturbed
                                        && world.swarm().faults().diskCrashes()
                                        && chance.with(0.2)) {
                                    node.disk.crashAfter(chance.between(1, 20));
                                }
                            });
        }
        waitOut(STAGGER_NANOS_MAX);
    }

    private void waitOut(long nanos) {
        long end = world.agenda().nanos() + nanos;
        world.agenda().at(end, () -> {});
        while (world.agenda().nanos() < end && world.agenda().step()) {
            // whatever happens meanwhile, happens
        }
    }
}
