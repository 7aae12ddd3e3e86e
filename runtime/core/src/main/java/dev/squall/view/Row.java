package dev.squall.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself to all others, on its own board at each of them: the control plane's
 * shared state table. A newer row replaces the older one, and everything in it only goes forward.
 *
 * @param seat the node, in which life
 * @param wish whether it wants to be in the next view
 * @param vote its part in deciding how its view ends
 * @param remembers whether it knows all that it has said about that, in whichever life
 * @param report what it has, once it has stopped taking part in the view; null before
 * @param links whom it is connected with and hears, in which life
 * @param installed the view whose memory it has registered; 0 = none
 * @param proposal its own attempt to decide, or null
 */
record Row(
        Seat seat,
        Wish wish,
        Vote vote,
        boolean remembers,
        @Nullable Report report,
        List<Seat> links,
        long installed,
        @Nullable Proposal proposal) {

    /** What a node wants of the next view. */
    enum Wish {
        /** To be in it. */
        BE_IN,
        /** To be in it as long as it lasts: it is about to stop, see {@link Departure}. */
        GOING,
        /** Not to be in it: it is about to stop. */
        LEAVE,
        /** Nothing yet: it does not know what its disk holds. */
        WAIT
    }

    /**
     * An attempt to decide how a view ends.
     *
     * @param view the view that ends
     * @param ballot its number
     * @param value what is to be accepted; null while promises are collected
     */
    record Proposal(long view, long ballot, @Nullable Decision value) {}

    Row {
        links = List.copyOf(links);
    }

    /** Whether the node is connected with another in this life of it. */
    boolean links(Seat other) {
        for (var seat : links) {
            if (seat.node() == other.node()) {
                return seat.incarnation() == other.incarnation();
            }
        }
        return false;
    }
}
