package dev.squall.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a view to its end when that is due: the proposer of {@link Membership}'s Paxos. The member
 * with the lowest id that is heard proposes; should two believe that of themselves, the higher
 * ballot wins, and the other tries again later.
 *
 * <p>Promises are waited for from every member that is heard, not only from a majority, so that
 * nobody who lives is left behind. What is proposed takes in everybody who has said what it has and
 * is connected with all the others: first those who were in the view to its end, then the rest.
 *
 * <p>Belongs to {@link Membership}.
 */
final class Proposer {

    /** Connections that just broke are waited for so long before somebody is left out: 500 ms. */
    private static final long LINK_NANOS = 500_000_000;

    /** What the node itself is at the moment. */
    record Standing(boolean live, boolean remembers, @Nullable Report report, Row.Wish wish) {

        /** What it says to itself. */
        Row row(Seat self, Vote vote, List<Seat> links) {
            return new Row(self, wish, vote, remembers, report, links, 0, null);
        }
    }

    private final Seat self;
    private final Board board;
    private final Membership.Times times;
    private Row.@Nullable Proposal proposal;
    private long since;
    private long enoughSince;
    private boolean enough;
    private long notBefore;
    private int attempts;
    private String waitsFor = "";

    Proposer(Seat self, Board board, Membership.Times times) {
        this.self = self;
        this.board = board;
        this.times = times;
    }

    /** What is proposed at the moment, or null. */
    Row.@Nullable Proposal proposal() {
        return proposal;
    }

    /** What a proposal lacks, for people; empty = nothing. */
    String waitsFor() {
        return waitsFor;
    }

    /**
     * A new view has begun. What was waited for in the old one counts no more: a member that runs
     * looks again only when there is news.
     */
    void forget() {
        proposal = null;
        attempts = 0;
        waitsFor = "";
    }

    /** Begins, goes on with, or gives up a proposal. */
    void step(Vote vote, Standing mine, long now) {
        var all = new Rows(self, vote, mine, board);
        var current = proposal;
        if (current != null && all.highestPromise() > current.ballot()) {
            // Somebody else is at it: make room, the longer the more often this has happened.
            proposal = null;
            attempts++;
            notBefore = now + attempts * (times.suspectNanos() / 8);
            return;
        }
        if (current == null) {
            boolean mayTry = attempts == 0 || now - notBefore >= 0;
            if (mayTry && all.leads() && all.changeIsDue()) {
                long ballot = Ballot.above(all.highestPromise(), self.node());
                proposal = new Row.Proposal(vote.view().id(), ballot, null);
                since = now;
                enough = false;
            }
        } else if (current.value() == null) {
            var value = value(all, current.ballot(), now);
            if (value != null) {
                waitsFor = "";
                proposal = new Row.Proposal(current.view(), current.ballot(), value);
            }
        }
    }

    /** What so many have accepted that it is decided, or null. */
    @Nullable Decision decided(Vote vote, Standing mine) {
        var current = proposal;
        var own = mine.row(self, vote, List.of());
        if (current == null || current.value() == null || current.view() != vote.view().id()) {
            return null;
        }
        int count = 0;
        int remembering = 0;
        for (var seat : vote.view().seats()) {
            var row = seat.node() == self.node() ? own : board.row(seat.node());
            if (row != null && accepted(row.vote(), current)) {
                count++;
                remembering += row.remembers() ? 1 : 0;
            }
        }
        return vote.view().decides(count, remembering) ? current.value() : null;
    }

    private static boolean accepted(Vote vote, Row.Proposal proposal) {
        return vote.view().id() == proposal.view() && vote.accepted() == proposal.ballot();
    }

    private @Nullable Decision value(Rows all, long ballot, long now) {
        var promised = all.promised(ballot);
        var view = all.view();
        int remembering = (int) promised.stream().filter(Row::remembers).count();
        if (!view.decides(promised.size(), remembering)) {
            waitsFor = "waits for a majority of " + view;
            return null;
        }
        if (!enough) {
            enough = true;
            enoughSince = now;
        }
        long waited = now - since;
        if (all.heardMembers() > promised.size() && waited < times.suspectNanos()) {
            waitsFor = "waits until all members that are heard have stopped";
            return null;
        }
        if (all.heardElsewhere(promised) && waited < LINK_NANOS) {
            waitsFor = "waits for a connection that just broke";
            return null;
        }
        boolean anyLive = promised.stream().anyMatch(r -> live(r));
        boolean complete = promised.size() == view.seats().size();
        if (!anyLive && !complete && waited < times.assembleNanos()) {
            waitsFor = "waits a while for the other members of " + view;
            return null;
        }
        if (!anyLive && promised.stream().anyMatch(r -> cut(r)) && waited < times.assembleNanos()) {
            waitsFor = "waits a while for others who may have what was cut off a damaged log";
            return null;
        }
        var accepted =
                promised.stream()
                        .map(Row::vote)
                        .filter(v -> v.accepted() != Ballot.NONE)
                        .max(Comparator.comparingLong(Vote::accepted));
        return accepted.isPresent() ? accepted.get().value() : compose(all, promised, now);
    }

    private static boolean live(Row row) {
        return row.report() != null && row.report().live();
    }

    /** Whether somebody lacks what others may have who are no members: see {@link Sources}. */
    private static boolean cut(Row row) {
        var report = row.report();
        return report != null && report.holdings().stream().anyMatch(h -> h.damagedSince() > 0);
    }

    private @Nullable Decision compose(Rows all, List<Row> promised, long now) {
        var candidates = all.candidates(promised);
        var chosen = new ArrayList<Row>();
        for (var row : candidates) {
            if (chosen.stream().allMatch(c -> c.links(row.seat()) && row.links(c.seat()))) {
                chosen.add(row);
            }
        }
        if (chosen.size() < candidates.size() && now - enoughSince < LINK_NANOS) {
            waitsFor = "waits until the members are connected with each other";
            return null;
        }
        if (chosen.isEmpty()) {
            waitsFor = "waits for somebody who stays";
            return null;
        }
        var reports = new ArrayList<Report>();
        for (var row : promised) {
            reports.add(reportOf(row));
        }
        for (var row : chosen) {
            if (!promised.contains(row)) {
                reports.add(reportOf(row));
            }
        }
        var seats =
                chosen.stream().map(Row::seat).sorted(Comparator.comparingInt(Seat::node)).toList();
        long id = all.view().id() + 1;
        var next = new View(id, seats);
        var metadata = metadata(new Decision(next, id - 1, List.of(), reports), all);
        if (metadata.isEmpty()) {
            waitsFor = "waits for a member of %s that holds the metadata".formatted(all.view());
            return null;
        }
        return new Decision(next, id - 1, metadata, reports);
    }

    /** Who holds the system shard, whose members are those of the view. */
    private static List<Integer> metadata(Decision draft, Rows all) {
        var members = all.view().seats().stream().map(Seat::node).toList();
        long view = all.view().id();
        var holders = view == 0 ? members : all.metadata();
        return draft.holders(0, new Decision.Held(members, holders, view, Math.min(view, 1), null));
    }

    private static Report reportOf(Row row) {
        var report = row.report();
        if (report == null) {
            throw new IllegalStateException("a candidate without a report: " + row.seat());
        }
        return report;
    }
}
