package dev.squall.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agreed membership. View 0 is what the nodes' configuration says; all others were decided by a
 * majority of the one before.
 *
 * @param id grows with every view, over restarts of everything
 * @param seats in rank order, which is the order of ids
 * @param members the seats' members, in the same order
 */
public record View(long id, List<Seat> seats, List<Member> members) {

    public View {
        seats = List.copyOf(seats);
        members = List.copyOf(members);
    }

    public View(long id, List<Seat> seats) {
        this(id, seats, seats.stream().map(Seat::member).toList());
    }

    /** The view that is configured: the first decision is made by its members. */
    public static View configured(List<Member> members) {
        return new View(0, members.stream().map(m -> new Seat(m, 0)).toList());
    }

    /** The rank of a node, or -1. */
    public int rank(int node) {
        for (int r = 0; r < seats.size(); r++) {
            if (seats.get(r).node() == node) {
                return r;
            }
        }
        return -1;
    }

    /** Whether a node is a member, in whichever life: then its vote counts. */
    public boolean contains(int node) {
        return rank(node) >= 0;
    }

    /** Whether a node is seated in this very life. */
    public boolean seats(int node, long incarnation) {
        var seat = seat(node);
        return seat != null && seat.incarnation() == incarnation;
    }

    /** The seat of a node, or null. */
    public @Nullable Seat seat(int node) {
        int rank = rank(node);
        return rank < 0 ? null : seats.get(rank);
    }

    /** How many members decide for all: any two majorities have one in common. */
    public int majority() {
        return seats.size() / 2 + 1;
    }

    /**
     * Whether these members decide for all: a majority, and half of all members among them that
     * remember. Of two such sets the second has a member that remembers and was in the first, for a
     * majority and a half are more than all. So in a view of an even number one member may have
     * lost its disk; in one of an odd number those who remember are a majority themselves.
     *
     * @param count members that say the same
     * @param remembering those of them that know all that they have said in this view
     */
    boolean decides(int count, int remembering) {
        return count >= majority() && 2 * remembering >= seats.size();
    }

    @Override
    public String toString() {
        return "view " + id + " of " + seats.stream().map(Seat::node).toList();
    }
}
