package dev.squall.view;

import dev.squall.view.Row.Wish;

/**
 * How a node goes. One that goes while others stay is left out of the next view, so that they go on
 * without a pause. When most members of a view go at about the same time, the cluster is being shut
 * down: then nobody is left out, and nobody votes for it. The view stays as it is on all disks, and
 * any majority of it can start again; were they left out one after the other, the last view would
 * be of one node, and without its disk all would be lost.
 *
 * <p>To tell the one from the other, a node says that it is going and looks around for a moment
 * before it asks to be left out.
 *
 * <p>Belongs to {@link Membership}.
 */
final class Departure {

    /** The node looks around for this part of the time after which one is lost: 250 ms. */
    private static final int LOOKS = 16;

    private final int self;
    private final long lookNanos;
    private Wish wish = Wish.BE_IN;
    private long since;
    private boolean together;
    private boolean over;

    /**
     * @param self the node
     * @param suspectNanos a member that is silent for so long is lost
     */
    Departure(int self, long suspectNanos) {
        this.self = self;
        this.lookNanos = suspectNanos / LOOKS;
    }

    /** What the node wants of the next view. */
    Wish wish() {
        return wish;
    }

    /** The node is about to go. */
    void begin(long now) {
        if (wish == Wish.BE_IN) {
            wish = Wish.GOING;
            since = now;
        }
    }

    /** The node goes, whoever stays: it can do nothing for the others. */
    void atOnce() {
        wish = Wish.LEAVE;
    }

    /** The node stays after all. */
    void stay() {
        wish = Wish.BE_IN;
    }

    /** Whether there is something to look at, though nobody has said anything. */
    boolean looking() {
        return wish == Wish.GOING;
    }

    /** Whether most members go: the view stays as it is. */
    boolean together() {
        return together;
    }

    /** Looks who else goes. Returns whether the node has come to want something else. */
    boolean look(View view, Board board, long now) {
        if (wish != Wish.GOING) {
            return false;
        }
        int going = 0;
        for (var seat : view.seats()) {
            var row = board.row(seat.node());
            boolean goes = row != null && row.wish() == Wish.GOING;
            going += goes || seat.node() == self ? 1 : 0;
        }
        int members = view.seats().size();
        together |= members > 1 && 2 * going > members;
        if (members > 1 && now - since < lookNanos) {
            return false;
        }
        if (together) {
            over = true;
            return false;
        }
        wish = Wish.LEAVE;
        return true;
    }

    /**
     * Whether the node may stop: the others know, or there is nobody to tell.
     *
     * @param live whether it is a member of the view
     */
    boolean over(boolean live, View view) {
        return over || (wish == Wish.LEAVE && (!live || view.seats().size() == 1));
    }
}
