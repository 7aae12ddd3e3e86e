package dev.squall.sim;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several faults in the moment in which one member knows how its view ends and the others do not
 * yet. They have voted; what they have said must be on their disks, and whoever decides next must
 * find it there, though those who know are gone. At random times that moment is never met.
 *
 * <p>It is brought about, too: connections break, so that views change without anybody being lost.
 */
final class Interregna {

    private static final long MILLI = 1_000_000;

    /** How often such a moment is used, as long as there are some left. */
    private static final double ODDS = 0.5;

    /** Often at once, else within: 10 ms. */
    private static final long DELAY_NANOS_MAX = 10 * MILLI;

    /** All lose their power within: 300 ms. */
    private static final long BLACKOUT_NANOS_MAX = 300 * MILLI;

    /** Who comes back soon does so within: 100 ms. */
    private static final long SOON_NANOS_MAX = 100 * MILLI;

    private final World world;
    private final Chance chance;
    private final Season season;
    private final List<SimNode> nodes;
    private final NetworkFaults network;
    private final LostDisks disks;
    private final Map<SimNode, byte[]> votes = new HashMap<>();
    private long newest;
    private long accepted;
    private int left;

    Interregna(
            World world,
            Chance chance,
            Season season,
            List<SimNode> nodes,
            NetworkFaults network,
            LostDisks disks) {
        this.world = world;
        this.chance = chance;
        this.season = season;
        this.nodes = nodes;
        this.network = network;
        this.disks = disks;
        nodes.forEach(n -> n.afterTurn(() -> look(n)));
    }

    /** So many may strike in the life that begins. */
    void plan(int count) {
        left = count;
        for (int i = 0; i < 2 * count; i++) {
            season.after(chance.between(0, world.swarm().lifeNanos()), network::breakConnection);
        }
    }

    private void look(SimNode node) {
        var life = node.life();
        if (life == null) {
            return;
        }
        long view = life.core().group().decided().view().id();
        if (view > newest) {
            newest = view;
            if (left > 0 && view > 1 && chance.with(ODDS)) {
                left--;
                int kind = wipes() && chance.with(0.7) ? 2 : chance.between(0, 5);
                long delay = chance.with(0.6) ? 0 : chance.scaled(0, DELAY_NANOS_MAX);
                season.after(delay, () -> strike(node, kind));
            }
        } else if (left > 0 && view == newest && view > accepted && accepts(node)) {
            accepted = view;
            if (!wipes() && chance.with(ODDS / 2)) {
                left--;
                world.trace().say(node.id, "between", "is the first to accept the next view");
                alone(node);
            }
        }
    }

    /** Whether disks are lost in this run: then it is that moment that counts. */
    private boolean wipes() {
        return world.swarm().rarities().wipes() > 0;
    }

    /** Whether the disk of a node holds a vote for a next view. */
    private boolean accepts(SimNode node) {
        var bytes = node.disk.peek("view");
        if (Arrays.equals(bytes, votes.put(node, bytes))) {
            return false; // nothing new
        }
        var vote = LostDisks.vote(node.disk);
        return vote != null && vote.value() != null;
    }

    private void strike(SimNode knows, int kind) {
        world.trace().say(knows.id, "between", "knows the next view; kind " + kind);
        switch (kind) {
            case 0 -> alone(knows);
            case 1 -> {
                alone(knows);
                forgets(other(knows));
            }
            case 2 -> {
                alone(knows);
                if (knows == disks.victim() || !disks.wipe()) {
                    forgets(other(knows));
                }
            }
            case 3 -> forgets(knows);
            case 4 -> blackOut(chance.oneOf(nodes), chance.scaled(0, BLACKOUT_NANOS_MAX));
            default -> {
                alone(knows);
                nodes.stream().filter(n -> n != knows).forEach(this::forgets);
            }
        }
    }

    private @Nullable SimNode other(SimNode than) {
        var others = nodes.stream().filter(n -> n != than && n.up()).toList();
        return others.isEmpty() ? null : chance.oneOf(others);
    }

    /** Nobody hears the node until the others have given it up. */
    private void alone(SimNode node) {
        long suspicion = world.swarm().suspectMillis() * MILLI;
        network.isolate(node.id, chance.between(suspicion, 4 * suspicion));
    }

    /** The node loses its power, and with it what was not on disk; it comes back soon. */
    private void forgets(@Nullable SimNode node) {
        if (node != null) {
            node.crash(true);
            world.agenda().after(chance.scaled(MILLI, SOON_NANOS_MAX), node::bootIfDown);
        }
    }

    /** All lose their power. All come back soon, but for one that the others do without. */
    private void blackOut(SimNode late, long nanos) {
        season.after(
                nanos,
                () -> {
                    world.trace().say(late.id, "blackout", "this one comes back late");
                    nodes.stream().filter(n -> n != late).forEach(this::forgets);
                    late.crash(true);
                    long suspicion = world.swarm().suspectMillis() * MILLI;
                    world.agenda().after(chance.between(3, 8) * suspicion, late::bootIfDown);
                });
    }

    /**
     * A member dies, and others have to do without it, or to fill it; disks are slow. Then all lose
     * their power, and the one that has everything comes back late. Nobody may serve in its place:
     * neither who was being filled nor who knows only of former times.
     */
    void gap() {
        var lacks = chance.oneOf(nodes);
        var has = other(lacks);
        if (has == null) {
            return;
        }
        world.trace().say(lacks.id, "gap", "lacks what node %d has".formatted(has.id));
        long suspicion = world.swarm().suspectMillis() * MILLI;
        boolean comesBack = chance.with(0.5);
        lacks.crash(chance.with(0.2));
        if (comesBack) {
            lacks.disk.slow(true);
            world.agenda().after(chance.scaled(MILLI, 50 * MILLI), lacks::bootIfDown);
        } else {
            nodes.stream().filter(n -> n != has).forEach(n -> n.disk.slow(true));
        }
        season.after(
                chance.between(20 * MILLI, suspicion),
                () -> {
                    nodes.forEach(n -> n.disk.slow(false));
                    blackOut(has, 0);
                });
    }
}
