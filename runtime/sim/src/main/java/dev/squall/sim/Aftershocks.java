package dev.squall.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Faults at the moments on which most depends: when a node has just stopped taking part in its
 * view, or has just begun the next one. There the votes are cast and the logs are brought together;
 * faults at random times seldom hit those milliseconds.
 */
final class Aftershocks {

    private static final long MILLI = 1_000_000;

    /** How often such a moment is followed by a fault, as long as there are some left. */
    private static final double ODDS = 0.4;

    /** A fault follows within: 20 ms. */
    private static final long DELAY_NANOS_MAX = 20 * MILLI;

    /** Where a node stands; anything else than before makes a moment. */
    private record Standing(long view, boolean running) {}

    private final Chance chance;
    private final Season season;
    private final List<Consumer<SimNode>> faults = new ArrayList<>();
    private final Map<SimNode, Standing> standings = new HashMap<>();
    private int left;

    Aftershocks(Chance chance, Season season, List<SimNode> nodes) {
        this.chance = chance;
        this.season = season;
        nodes.forEach(n -> n.afterTurn(() -> look(n)));
    }

    /** A fault that may strike a node, and others with it. */
    void add(Consumer<SimNode> fault) {
        faults.add(fault);
    }

    /** So many may strike in the life that begins. */
    void plan(int count) {
        left = count;
    }

    private void look(SimNode node) {
        var life = node.life();
        if (left == 0 || life == null) {
            return;
        }
        var group = life.core().group();
        var now = new Standing(group.decided().view().id(), group.running());
        if (!now.equals(standings.put(node, now)) && chance.with(ODDS)) {
            left--;
            var fault = chance.oneOf(faults);
            season.after(chance.scaled(0, DELAY_NANOS_MAX), () -> fault.accept(node));
        }
    }
}
