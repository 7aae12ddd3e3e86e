package dev.squall.sim;

import dev.squall.view.View;
import dev.squall.view.ViewCodec;
import dev.squall.view.Vote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node loses its disk and comes back with an empty one, under its old id; or a bit of it turns
 * over.
 *
 * <p>No design survives the loss of the only copy. So this one demands a rule of whoever takes a
 * disk away, and here it is kept:
 *
 * <ul>
 *   <li>It is always the same node's; the others' disks keep what they were given.
 *   <li>Of every view that may still decide, the others are half of the members: a node without a
 *       memory is no more than one vote more there.
 *   <li>Whatever is durable on the disk is so on that of another member that runs, in a log without
 *       a gap.
 * </ul>
 *
 * <p>For a bit the first and the last of these hold: what is hurt has another copy.
 */
final class LostDisks {

    /** Two nodes cannot decide without one of them. */
    static final int NODES_MIN = 3;

    private static final long MILLI = 1_000_000;

    /** An empty disk is there within: 500 ms. */
    private static final long REPLACED_NANOS_MAX = 500 * MILLI;

    /** Half of the time the node dies once more within: 200 ms. */
    private static final long AGAIN_NANOS_MAX = 200 * MILLI;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final SimNode victim;

    LostDisks(World world, Chance chance, List<SimNode> nodes) {
        this.world = world;
        this.chance = chance;
        this.nodes = nodes;
        this.victim = chance.oneOf(nodes);
    }

    /** The only node whose disk is hurt. */
    SimNode victim() {
        return victim;
    }

    /** The node loses its disk, if the rule allows it now. Returns whether it did. */
    boolean wipe() {
        if (!hasCopies() || !votesAreSpared()) {
            return false;
        }
        world.trace().say(victim.id, "wipe", "loses its disk");
        victim.wipe();
        long down = chance.scaled(MILLI, REPLACED_NANOS_MAX);
        world.agenda().after(down, victim::bootIfDown);
        if (chance.with(0.5)) {
            world.agenda().after(down + chance.scaled(MILLI, AGAIN_NANOS_MAX), this::restart);
        }
        return true;
    }

    /** Once more, before it has found its place. */
    private void restart() {
        victim.crash(chance.with(0.5));
        world.agenda().after(MILLI, victim::bootIfDown);
    }

    /** A bit of a log turns over while its node is down, or runs, if the rule allows it now. */
    void flip() {
        if (!hasCopies()) {
            return;
        }
        boolean runs = chance.with(0.5);
        if (!runs) {
            victim.crash(chance.with(0.5));
        }
        var flipped = victim.disk.flipBit();
        if (flipped != null) {
            world.trace().say(victim.id, "flip", flipped);
        }
        if (runs) {
            return;
        }
        world.agenda().after(chance.scaled(MILLI, REPLACED_NANOS_MAX), victim::bootIfDown);
    }

    /** Whether somebody else has all that is durable here. */
    private boolean hasCopies() {
        var life = victim.life();
        return life != null && life.tookAll() && world.checkers().held(life);
    }

    /** Whether the others decide without this node. */
    private boolean votesAreSpared() {
        return nodes.size() >= NODES_MIN
                && nodes.stream().allMatch(n -> n == victim || decidesWithout(n));
    }

    /** Whether all that this node could vote in decides without the victim. */
    private boolean decidesWithout(SimNode node) {
        for (var view : views(node)) {
            int others = view.seats().size() - (view.contains(victim.id) ? 1 : 0);
            if (view.id() == 0 || 2 * others < view.seats().size() || others == 0) {
                return false;
            }
        }
        return true;
    }

    private static List<View> views(SimNode node) {
        var views = new ArrayList<View>();
        var vote = vote(node.disk);
        views.add(vote == null ? new View(0, List.of()) : vote.view());
        var accepted = vote == null ? null : vote.value();
        if (accepted != null) {
            views.add(accepted.view());
        }
        var life = node.life();
        if (life != null) {
            views.add(life.core().group().decided().view());
        }
        return views;
    }

    /** What a disk remembers of votes, or null. */
    static @Nullable Vote vote(SimDisk disk) {
        var bytes = disk.peek("view");
        try {
            return bytes.length == 0 ? null : ViewCodec.readVote(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
