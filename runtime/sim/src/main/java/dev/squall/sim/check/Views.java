package dev.squall.sim.check;

import dev.squall.view.Decision;
import dev.squall.view.Report;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * "Never two majorities": whatever a node knows about a view, all know the same, though half of
 * them were cut off or began anew meanwhile; and a node's views only grow, over all restarts but
 * those of a node whose disk had refused to take note of the last one.
 */
final class Views extends Checker {

    private final Map<Long, Decision> decided = new HashMap<>();
    private final Map<Long, Decision> after = new HashMap<>();
    private final Map<Subject, Long> looked = new WeakHashMap<>();
    private final Map<Integer, Long> newest = new HashMap<>();
    private final Set<Integer> wiped = new HashSet<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        var decision = subject.core().group().decided();
        long view = decision.view().id();
        Long seen = looked.put(subject, view);
        if (seen != null && seen == view) {
            return; // one look is enough
        }
        var same = decided.putIfAbsent(view, decision);
        if (same == null) {
            after.put(decision.previous(), decision);
        } else if (!same.equals(decision)) {
            throw violated("node %d knows %s, others %s".formatted(subject.node(), decision, same));
        }
        if (wiped.contains(subject.node())) {
            newest.put(subject.node(), view);
            if (subject.core().group().running()) {
                wiped.remove(subject.node());
            }
        }
        long before = newest.merge(subject.node(), view, Math::max);
        if (before > view && (seen != null || !subject.forgetsVotes())) {
            throw violated(
                    "node %d went from view %d back to view %d"
                            .formatted(subject.node(), before, view));
        }
    }

    /** A node has lost all that it knew. It remembers again once it has a seat. */
    void wiped(int node) {
        wiped.add(node);
    }

    /**
     * Whether what was in memory alone may be lost: at the end of one of these views nobody went on
     * who had taken part in the shard up to there, so that the next began with what disks held.
     *
     * @param from the first view
     * @param to the view before which the last one ended
     */
    boolean interrupted(int shard, long from, long to) {
        for (long view = from; view < to; view++) {
            var end = after.get(view);
            if (end == null || end.reports().stream().noneMatch(r -> goesOn(r, shard, end))) {
                return true;
            }
        }
        return false;
    }

    private static boolean goesOn(Report r, int shard, Decision end) {
        var held = r.holding(shard);
        boolean exact = held != null && held.exact();
        return r.live() && exact && end.view().seats(r.node(), r.incarnation());
    }
}
