package dev.squall.sim.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * "Never two majorities": a node's views only grow, over all restarts, so that no two views of one
 * id can both order something.
 */
final class Views extends Checker {

    private final Map<Subject, Long> current = new HashMap<>();
    private final Map<Integer, Long> newest = new HashMap<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        long view = subject.core().state().view();
        if (view == 0 || current.getOrDefault(subject, 0L) == view) {
            return;
        }
        var before = newest.put(subject.node(), view);
        var mine = current.put(subject, view);
        if (mine != null || (before != null && before >= view)) {
            throw violated(
                    "node %d went from view %d to view %d".formatted(subject.node(), before, view));
        }
    }
}
