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
 */
public record Vote(Decision decided, long promised, long accepted, @Nullable Decision value) {

    /** No vote yet about how a view ends. */
    public static Vote in(Decision decided) {
        return new Vote(decided, Ballot.NONE, Ballot.NONE, null);
    }

    /** The view whose end is voted on. */
    public View view() {
        return decided.view();
    }

    Vote promise(long ballot) {
        return new Vote(decided, ballot, accepted, value);
    }

    Vote accept(long ballot, Decision decision) {
        return new Vote(decided, ballot, ballot, decision);
    }
}
