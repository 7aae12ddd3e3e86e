package dev.squall.sim;

import java.util.List;

/** What goes wrong with a machine: its disk is full, slow or broken, its clock is set. */
final class MachineFaults {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** A disk is full or slow for so long at most: 2 s. */
    private static final long WHILE_NANOS_MAX = 2000 * MILLI;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;

    MachineFaults(World world, Chance chance, List<SimNode> nodes) {
        this.world = world;
        this.chance = chance;
        this.nodes = nodes;
    }

    /** A disk refuses writes, until somebody makes room. */
    void fillDisk() {
        var node = chance.oneOf(nodes);
        if (!world.swarm().faults().roomAgain()) {
            world.trace().say(node.id, "full", "the disk refuses writes");
            node.disk.full(true);
            return;
        }
        long nanos = chance.scaled(MILLI, WHILE_NANOS_MAX);
        world.trace()
                .say(node.id, "full", "no room on the disk for %d us".formatted(nanos / MICRO));
        node.disk.full(true);
        world.agenda()
                .after(
                        nanos,
                        () -> {
                            world.trace().say(node.id, "room", "on the disk again");
                            node.disk.full(false);
                        });
    }

    /** Syncs take long for a while. */
    void slowDisk() {
        var node = chance.oneOf(nodes);
        long nanos = chance.scaled(MILLI, WHILE_NANOS_MAX);
        world.trace().say(node.id, "slow", "syncs for %d us".formatted(nanos / MICRO));
        node.disk.slow(true);
        world.agenda()
                .after(
                        nanos,
                        () -> {
                            world.trace().say(node.id, "fast", "syncs as usual");
                            node.disk.slow(false);
                        });
    }

    /** A disk fails to write or to sync, once or from now on. */
    void failDisk() {
        var node = chance.oneOf(nodes);
        var operation = chance.oneOf(List.of(SimDisk.Operation.values()));
        boolean forever = chance.with(0.3);
        world.trace()
                .say(
                        node.id,
                        "broken",
                        "a %s fails%s".formatted(operation, forever ? ", and all after it" : ""));
        node.disk.fail(new SimDisk.Failure(operation, forever, true));
    }

    /** A sync fails, once, and what it should have carried only seems to be there from then on. */
    void forgetSync() {
        var node = chance.oneOf(nodes);
        world.trace().say(node.id, "forget", "a sync fails, and its pages are taken for clean");
        node.disk.fail(new SimDisk.Failure(SimDisk.Operation.SYNC, false, true));
    }

    /** A disk is full, or fails. */
    void sicken() {
        if (chance.with(0.5)) {
            fillDisk();
        } else {
            failDisk();
        }
    }

    /** A bit of a record turns over on its way from one node to another. */
    void flipOnTheWay() {
        var node = chance.oneOf(nodes);
        world.trace().say(node.id, "noise", "in the next record that comes");
        world.network().noise(node.id);
    }

    /** A wall clock jumps, forwards or backwards, within the skew that the seed allows. */
    void setClock() {
        int node = chance.oneOf(nodes).id;
        long skew = world.swarm().skewMicrosMax();
        long jump = world.clock(node).jump(chance.between(-skew, skew));
        world.trace().say(node, "clock", "jumps by %d us".formatted(jump));
    }
}
