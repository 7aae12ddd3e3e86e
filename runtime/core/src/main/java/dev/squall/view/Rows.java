package dev.squall.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes that are heard say at one moment, this one among them, as the {@link Proposer}
 * asks it: who leads, whether the view has to change, who would be in the next one.
 */
final class Rows {

    private final Seat self;
    private final View view;
    private final List<Integer> metadata;
    private final List<Row> rows = new ArrayList<>();
    private final Board board;
    private final Proposer.Standing mine;

    Rows(Seat self, Vote vote, Proposer.Standing mine, Board board) {
        this.self = self;
        this.view = vote.view();
        this.metadata = vote.decided().metadata();
        this.board = board;
        this.mine = mine;
        var links = new ArrayList<Seat>();
        for (int node : board.peers()) {
            var row = board.row(node);
            // A row of an earlier life says nothing about this one.
            if (row != null && row.seat().incarnation() == board.incarnation(node)) {
                rows.add(row);
                links.add(row.seat());
            }
        }
        rows.add(mine.row(self, vote, links));
        rows.sort(Comparator.comparingInt(r -> r.seat().node()));
    }

    View view() {
        return view;
    }

    /** Node ids of those who held the system shard when the view began. */
    List<Integer> metadata() {
        return metadata;
    }

    /** Whether a row is a vote about the end of the view. */
    private boolean votes(Row row) {
        return row.vote().view().id() == view.id() && view.contains(row.seat().node());
    }

    /** Whether this node is the lowest member that is heard. */
    boolean leads() {
        for (var row : rows) {
            if (votes(row)) {
                return row.seat().node() == self.node();
            }
        }
        return false;
    }

    /** Members that are heard, this one among them, and can soon say what they have. */
    int heardMembers() {
        int count = 0;
        for (var row : rows) {
            boolean counts = view.contains(row.seat().node()) && row.wish() != Row.Wish.WAIT;
            count += counts ? 1 : 0;
        }
        return count;
    }

    /** Whether a member is not heard here, but by one of these. */
    boolean heardElsewhere(List<Row> by) {
        for (var seat : view.seats()) {
            boolean here = rows.stream().anyMatch(r -> r.seat().node() == seat.node());
            if (!here && by.stream().anyMatch(r -> r.links(seat))) {
                return true;
            }
        }
        return false;
    }

    long highestPromise() {
        long highest = Ballot.NONE;
        for (var row : rows) {
            if (votes(row)) {
                highest = Math.max(highest, row.vote().promised());
            }
        }
        return highest;
    }

    /** Members that have promised this ballot and said what they have. */
    List<Row> promised(long ballot) {
        return rows.stream()
                .filter(r -> votes(r) && r.vote().promised() == ballot && r.report() != null)
                .toList();
    }

    /** Whether the view has to change. */
    boolean changeIsDue() {
        if (!mine.live() || mine.wish() == Row.Wish.LEAVE) {
            return true;
        }
        for (var seat : view.seats()) {
            var row = row(seat);
            if (row == null || (votes(row) && (row.wish() == Row.Wish.LEAVE || stopped(row)))) {
                return true;
            }
            if (votes(row) && row.installed() == view.id() && !linksAll(row)) {
                return true;
            }
        }
        return rows.stream().anyMatch(r -> joins(r) && linked(r));
    }

    private static boolean stopped(Row row) {
        return row.report() != null;
    }

    /** What somebody says who is heard in the life in which it has a seat, or null. */
    private @Nullable Row row(Seat seat) {
        if (seat.node() != self.node() && board.incarnation(seat.node()) != seat.incarnation()) {
            return null;
        }
        for (var row : rows) {
            if (row.seat().node() == seat.node()) {
                return row;
            }
        }
        return null;
    }

    private boolean linksAll(Row row) {
        for (var seat : view.seats()) {
            if (seat.node() != row.seat().node() && !row.links(seat)) {
                return false;
            }
        }
        return true;
    }

    /** Whether somebody without a seat would be in the next view. */
    private boolean joins(Row row) {
        return row.wish() == Row.Wish.BE_IN
                && row.report() != null
                && row.vote().view().id() == view.id()
                && !view.seats(row.seat().node(), row.seat().incarnation());
    }

    /** Whether somebody is connected with all members that are heard. */
    private boolean linked(Row joiner) {
        for (var row : rows) {
            boolean counts =
                    view.contains(row.seat().node()) && row.seat().node() != joiner.seat().node();
            if (counts && !(row.links(joiner.seat()) && joiner.links(row.seat()))) {
                return false;
            }
        }
        return true;
    }

    /** Who could be in the next view: those who took part to the end first, newcomers last. */
    List<Row> candidates(List<Row> promised) {
        var candidates = new ArrayList<Row>();
        for (var row : promised) {
            if (row.wish() == Row.Wish.BE_IN || row.wish() == Row.Wish.GOING) {
                candidates.add(row);
            }
        }
        candidates.sort(Comparator.comparing(r -> r.report() == null || !r.report().live()));
        for (var row : rows) {
            if (joins(row) && !promised.contains(row)) {
                candidates.add(row);
            }
        }
        return candidates;
    }
}
