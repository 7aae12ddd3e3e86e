package dev.squall.view;

import org.jspecify.annotations.Nullable;

/**
 * A member's part in deciding how a view ends: an acceptor of single-decree Paxos (Lamport, "The
 * Part-Time Parliament", 1998). It is on disk before anybody hears of it.
 *
 * @param decided the decision that made the view; the next one is still open
 * @param promised no ballot below takes part any more
 * @param accepted the ballot of {@code value}; {@link Ballot#NONE} = none yet
 * @param value what was accepted
 * @param since the first view in which the node had a seat with this disk: of what was before, the
 *     disk may know less than a former one; 0 = none yet
 */
public record Vote(
        Decision decided, long promised, long accepted, @Nullable Decision value, long since) {

    /** No vote yet about how the configured view ends, by a disk that knows nothing. */
    public static Vote first(Decision configured) {
        return new Vote(configured, Ballot.NONE, Ballot.NONE, null, 0);
    }

    /** No vote yet about how the next view ends. */
    Vote in(Decision next, long firstSeat) {
        return new Vote(next, Ballot.NONE, Ballot.NONE, null, firstSeat);
    }

    /** The view whose end is voted on. */
    public View view() {
        return decided.view();
    }

    Vote promise(long ballot) {
        return new Vote(decided, ballot, accepted, value, since);
    }

    Vote accept(long ballot, Decision decision) {
        return new Vote(decided, ballot, ballot, decision, since);
    }
}
