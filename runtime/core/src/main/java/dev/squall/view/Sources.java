package dev.squall.view;

import dev.squall.view.Decision.Held;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Whose log of a shard is what the shard agreed on, so that the others are filled from it. The
 * first of these rules that finds somebody decides:
 *
 * <ol>
 *   <li><b>To the end.</b> Those who took part in the shard's last view to its end, if any are
 *       left.
 *   <li><b>The longest on disk</b> of those who made the shard up last, where a log has no gap:
 *       what was acknowledged durable is in each of them. A log that was cut for damage may have
 *       lost it, so it counts only beside one that was not, which cannot be longer and lack it.
 *       Beside that also counts the log of whoever had the shard before and has been in every view
 *       since: when those to whom it moved lose their power at once, he may have what they had not
 *       written yet.
 *   <li><b>The longest that is left,</b> when all who made the shard up last are there, and each of
 *       their logs was cut, is gone with its disk, or had yet to be filled: theirs, and the logs
 *       without a gap of whoever had the shard before and was out of the group since. Nodes that
 *       are stopped one after the other leave the last one with the shard alone; when its log rots,
 *       the others have what it lacks.
 * </ol>
 *
 * <p><b>Why a former member is no source otherwise.</b> Its log may go further than what was agreed
 * on: when all lose their memory, the next view begins with the longest log of those who are there,
 * and what only somebody else had is given up. Beside a log that went on from there, it would be
 * wrong, however long. Whoever has been in every view since was there, and nothing that he has was
 * given up.
 *
 * <p><b>Why it may be one then.</b> Logs without a gap are equal up to the end of the view before
 * the last that they have something of; and of one view one has the beginning of what the other
 * has. So a log contradicts only what others have of <i>later</i> views, and beside such a log it
 * is not the longest. What the longest brings back was delivered, may have been acknowledged, and
 * nothing is left that came in its place.
 *
 * <p>What was stored after the others had gone, behind the harm, is lost: nobody else has it, and a
 * log has no holes. It is kept beside the log with what else was cut off.
 */
final class Sources {

    private final Decision decision;
    private final int shard;
    private final Held last;
    private final Map<Integer, Holding> members = new LinkedHashMap<>();

    /** Those who had the shard in a memory or on a disk that is gone. */
    private final Set<Integer> bereft = new HashSet<>();

    /**
     * @param decision about the view that begins
     * @param last where the shard was before
     */
    Sources(Decision decision, int shard, Held last) {
        this.decision = decision;
        this.shard = shard;
        this.last = last;
        for (int node : last.members()) {
            var h = seated(node);
            if (h != null) {
                members.put(node, h);
            }
        }
    }

    /** What the members of the next view hold who made the shard up before. */
    Map<Integer, Holding> members() {
        return members;
    }

    /** Node ids with a seat in the next view; empty when nobody is left who holds the shard. */
    List<Integer> nodes() {
        long end =
                members.values().stream()
                        .filter(Holding::exact)
                        .mapToLong(Holding::view)
                        .max()
                        .orElse(-1);
        if (end >= 0) {
            return chosen(members, (_, h) -> h.exact() && h.view() == end);
        }
        if (members.entrySet().stream().anyMatch(e -> whole(e.getKey(), e.getValue()))) {
            return longest(
                    everybody(),
                    (node, h) -> members.containsKey(node) ? counts(node, h) : stayed(node, h));
        }
        boolean cut =
                last.lasting()
                        && last.members().stream().allMatch(this::saysAll)
                        && (!bereft.isEmpty()
                                || members.entrySet().stream()
                                        .anyMatch(e -> damaged(e.getKey(), e.getValue())));
        return cut
                ? longest(everybody(), (_, h) -> h.since() >= Math.max(last.made(), 1))
                : List.of();
    }

    /** Whether it is known what a member has, if anything, and that it can be filled. */
    private boolean saysAll(int node) {
        return reported(node) != null && decision.able(node, shard);
    }

    private static List<Integer> longest(
            Map<Integer, Holding> of, BiPredicate<Integer, Holding> counting) {
        long longest = -1;
        for (var e : of.entrySet()) {
            if (counting.test(e.getKey(), e.getValue())) {
                longest = Math.max(longest, e.getValue().lastVersion());
            }
        }
        long most = longest;
        return chosen(of, (node, h) -> h.lastVersion() == most && counting.test(node, h));
    }

    private static List<Integer> chosen(
            Map<Integer, Holding> of, BiPredicate<Integer, Holding> which) {
        var nodes = new ArrayList<Integer>();
        of.forEach((node, h) -> {
            if (which.test(node, h)) {
                nodes.add(node);
            }
        });
        return nodes;
    }

    /** Whether a member's log has no gap: it never had one, or was filled meanwhile. */
    private boolean whole(int node, Holding h) {
        return last.holders().contains(node) ? h.whole() > 0 : h.whole() >= last.placed();
    }

    /** Whether a member's log had no gap when it was cut. */
    private boolean damaged(int node, Holding h) {
        long since = h.damagedSince();
        return since > 0 && (last.holders().contains(node) || since >= last.placed());
    }

    /** Whether a former member's log has all that the shard had agreed on when it moved. */
    private boolean stayed(int node, Holding h) {
        var r = reported(node);
        return last.lasting() && h.exact() && r != null && r.live();
    }

    private boolean counts(int node, Holding h) {
        return whole(node, h) || damaged(node, h);
    }

    /** What all members of the next view hold, those first who made the shard up before. */
    private Map<Integer, Holding> everybody() {
        var all = new LinkedHashMap<>(members);
        for (var seat : decision.view().seats()) {
            var h = seated(seat.node());
            if (h != null) {
                all.putIfAbsent(seat.node(), h);
            }
        }
        return all;
    }

    /** What a member of the next view reports; null when a node is none. */
    private @Nullable Report reported(int node) {
        var r = decision.report(node);
        return r == null || !decision.view().seats(node, r.incarnation()) ? null : r;
    }

    private @Nullable Holding seated(int node) {
        var r = reported(node);
        if (r == null) {
            return null;
        }
        var h = r.holding(shard);
        // Who held it and has no log of it has never begun, or its view ended before it had opened
        // one: it was empty, and still is. A log that was cut for damage is BROKEN, not empty; one
        // that was on a former disk is gone.
        boolean none = h == null || (!h.exact() && h.whole() == 0 && h.lastVersion() == 0);
        boolean held = none && last.holders().contains(node);
        if (held && !last.remembers(r)) {
            bereft.add(node);
        }
        boolean empty = held && last.remembers(r);
        return empty ? new Holding(shard, 0, false, decision.view().id(), -1, 0) : h;
    }
}
