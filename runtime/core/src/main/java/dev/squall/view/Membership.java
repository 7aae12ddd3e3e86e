package dev.squall.view;

import org.jspecify.annotations.Nullable;

/**
 * How nodes become a view, and how one view follows another: virtual synchrony (Birman and Joseph,
 * SOSP 1987) in Derecho's manner, with each change decided by one instance of Paxos among the
 * members of the view that ends.
 *
 * <pre>
 *   somebody is lost, comes or goes
 *     ► the lowest member that is heard proposes          {@link Proposer}
 *     ► members stop taking part, say what they have,
 *       and promise                                       {@link Report}, {@link Vote}
 *     ► of that, the next view is made and accepted       {@link Decision}
 *     ► whoever learns it delivers up to the trim, and begins the next view
 * </pre>
 *
 * <p><b>Partition safety.</b> A decision takes a majority of the view that ends, so of two sides of
 * a cut at most one goes on; the other stops, and comes back as soon as it hears of a newer view.
 *
 * <p><b>One rule for all changes.</b> The first view follows the configured one. A start after
 * everything was down is a change like any other, in which all reports come from disks. A member
 * that was only slow, or whose connection broke, says so in its report and stays.
 *
 * <p>Votes are on disk before anybody hears of them (see {@link Host#vote}); whoever comes back
 * from a crash keeps its word. Single-threaded: belongs to the group agent, but for {@link #phase}
 * and {@link #reason}, which any thread may ask. Time comes from the caller.
 */
public final class Membership {

    /** Where the node is. */
    public enum Phase {
        /** In no view yet. */
        FORMING,
        /** In a view. */
        RUNNING,
        /** Its view has ended, or goes on without it. */
        WEDGED
    }

    /** A member is lost when it has been silent for this long: 4 s. */
    public static final long SUSPECT_MILLIS_DEFAULT = 4000;

    /** After a start of everything, missing members are waited for so long: 5 s. */
    public static final long ASSEMBLE_MILLIS_DEFAULT = 5000;

    /** Between two looks at the clock: 10 ms. */
    private static final long STEP_NANOS = 10_000_000;

    /** What membership needs of the node. */
    public interface Host {

        /** Remembers a vote on disk. Returns whether it is: else nobody may hear of it. */
        boolean vote(Vote vote);

        /**
         * What the node has. From a member of the running view it has stopped taking part in it.
         *
         * @param live whether it has been in its view since that began
         * @param since the first view in which it had a seat with this disk; 0 = none yet
         * @return null as long as it is not known what the disk holds
         */
        @Nullable Report report(boolean live, long since);

        /**
         * A new view begins.
         *
         * @param survivor whether this node delivers what is left of the view before
         */
        void install(Decision decision, boolean survivor);

        /**
         * A newer view goes on without this node.
         *
         * @param survivor whether this node delivers what is left of the view before
         */
        void out(Decision decision, boolean survivor);

        /** Closes the way to a peer that is not heard any more. */
        void drop(int node, String why);

        /** Somebody has told of a node: it may have to be connected with. */
        void introduce(Seat seat);
    }

    private final Seat self;
    private final Board board;
    private final Host host;
    private final long suspectNanos;
    private final Proposer proposer;
    private Vote vote;
    private boolean fresh;
    private final Departure departure;
    private @Nullable Report report;
    private boolean live;
    private boolean everLive;
    private boolean linksChanged = true;
    private long nextStep;
    private volatile boolean left;
    private volatile Phase phase = Phase.FORMING;
    private volatile String reason = "starts";

    /**
     * @param self this node in this life
     * @param vote as it stands on disk
     * @param board where the others say what they know
     * @param times how long to wait for what
     */
    public Membership(Seat self, Vote vote, Board board, Host host, Times times) {
        this.self = self;
        this.vote = vote;
        this.fresh = vote.view().id() == 0;
        this.board = board;
        this.host = host;
        this.suspectNanos = times.suspectNanos();
        this.proposer = new Proposer(self, board, times);
        this.departure = new Departure(self.node(), suspectNanos);
    }

    /**
     * How long to wait.
     *
     * @param suspectNanos a peer silent for so long is lost
     * @param assembleNanos after a start of everything, missing members are waited for so long
     */
    public record Times(long suspectNanos, long assembleNanos) {}

    public Phase phase() {
        return phase;
    }

    /** Why the node is not in a running view; empty when it is. */
    public String reason() {
        return reason;
    }

    /** The newest view that this node knows of. */
    public View view() {
        return vote.view();
    }

    /** The decision that made it. */
    public Decision decided() {
        return vote.decided();
    }

    /** Whether the node takes part in its view. */
    public boolean running() {
        return live && report == null;
    }

    /** A way to a peer is open. */
    public void connected() {
        linksChanged = true;
    }

    /**
     * The way to a peer is closed. What it sent in this view may be lost with it, though both live:
     * then the view is over, whoever may be in the next one.
     */
    public void lost(int node) {
        linksChanged = true;
        if (running() && vote.view().contains(node)) {
            stopped();
        }
    }

    /** Ends the view though nobody came or went, so that its shards are laid out anew. */
    public void tidy() {
        if (running()) {
            linksChanged = true;
            stopped();
        }
    }

    /** The node is about to stop, alone or with all others; see {@link Departure}. */
    public void leave(long now) {
        departure.begin(now);
    }

    /** The node has to be left out of the next view, whoever stays. */
    public void leaveAtOnce() {
        departure.atOnce();
        linksChanged = true;
    }

    /** From now on the node wants to be in the view again. */
    public void comeBack() {
        departure.stay();
        left = false;
        linksChanged = true;
    }

    /** Whether the next view goes on without this node, or nobody needs to be told. */
    public boolean left() {
        return left;
    }

    /** Takes a step; cheap when nothing has happened. */
    public void step(long now) {
        boolean news = board.read(now, suspectNanos / 4);
        if (!news && !linksChanged && now - nextStep < 0) {
            return;
        }
        linksChanged |= departure.looking();
        nextStep = now + STEP_NANOS;
        dropSilent(now);
        if (running() && !news && !linksChanged) {
            return; // all is as it was
        }
        linksChanged = false;
        if (news) {
            introduce();
        }
        learn();
        if (!live && report == null) {
            report = host.report(false, vote.since());
        }
        departure.look(vote.view(), board, now);
        if (!departure.together()) {
            proposer.step(vote, standing(), now);
        }
        vote();
        say();
        var decided = proposer.decided(vote, standing());
        if (decided != null) {
            adopt(decided);
            say();
        }
        explain();
    }

    private Proposer.Standing standing() {
        return new Proposer.Standing(live, remembers(vote.view()), report, departure.wish());
    }

    private void dropSilent(long now) {
        for (int node : board.peers()) {
            long silent = board.silentNanos(node, now);
            if (silent > suspectNanos) {
                host.drop(node, "silent for " + silent / 1_000_000 + " ms");
                linksChanged = true;
            }
        }
    }

    private void introduce() {
        for (int node : board.peers()) {
            var row = board.row(node);
            if (row != null) {
                row.links().forEach(host::introduce);
                row.vote().view().seats().forEach(host::introduce);
            }
        }
    }

    /** Follows whoever knows of a newer view. */
    private void learn() {
        Decision newest = null;
        for (int node : board.peers()) {
            var row = board.row(node);
            long known = newest == null ? vote.view().id() : newest.view().id();
            if (row != null && row.vote().view().id() > known) {
                newest = row.vote().decided();
            }
        }
        if (newest != null) {
            adopt(newest);
        }
    }

    /** Answers what others, or this node itself, propose. */
    private void vote() {
        answer(proposer.proposal());
        for (int node : board.peers()) {
            var row = board.row(node);
            if (row != null) {
                answer(row.proposal());
            }
        }
    }

    private void answer(Row.@Nullable Proposal p) {
        if (p == null || p.view() != vote.view().id() || !mayVote()) {
            return;
        }
        var value = p.value();
        boolean promises = value == null && p.ballot() > vote.promised();
        boolean accepts = p.ballot() >= vote.promised() && p.ballot() > vote.accepted();
        if (promises && stopped()) {
            cast(vote.promise(p.ballot()));
        } else if (value != null && accepts && stopped()) {
            cast(vote.accept(p.ballot(), value));
        }
    }

    private boolean mayVote() {
        return !departure.together() && vote.view().contains(self.node());
    }

    /**
     * Whether the node knows all that it has said in a view. One that has lost its disk does not: a
     * former life of it may have voted. So its votes count for less ({@link View#decides}), and it
     * writes nothing down until it has a seat of its own.
     */
    private boolean remembers(View view) {
        return !fresh || view.id() == 0 || view.seats(self.node(), self.incarnation());
    }

    private void cast(Vote next) {
        if (written(next)) {
            vote = next;
        }
    }

    /** Returns false when the disk did not take note of what it has to know. */
    private boolean written(Vote next) {
        // Else its next life would take what this one was told for what it remembers.
        return !remembers(next.view()) || host.vote(next);
    }

    /** Stops taking part in the view. Returns false while it cannot be said what the node has. */
    private boolean stopped() {
        if (report == null) {
            report = host.report(live, vote.since());
        }
        return report != null;
    }

    private void adopt(Decision decision) {
        var mine = decision.report(self.node());
        boolean survivor =
                live
                        && report != null
                        && decision.previous() == vote.view().id()
                        && mine != null
                        && mine.live()
                        && mine.incarnation() == self.incarnation();
        // Agreed on it is, though this disk may not know: a later life goes through it once more.
        live = decision.view().seats(self.node(), self.incarnation());
        vote = vote.in(decision, live && fresh ? decision.view().id() : vote.since());
        var _ = written(vote);
        proposer.forget();
        report = null;
        if (live) {
            everLive = true;
            fresh = false;
            host.install(decision, survivor);
            for (var seat : decision.view().seats()) {
                if (!heard(seat)) {
                    stopped(); // it has been lost meanwhile
                }
            }
        } else {
            host.out(decision, survivor);
            report = host.report(false, vote.since());
        }
        linksChanged = true;
    }

    private boolean heard(Seat seat) {
        return seat.node() == self.node() || board.incarnation(seat.node()) == seat.incarnation();
    }

    private void say() {
        long installed = live ? vote.view().id() : 0;
        var known = report == null && !live ? Row.Wish.WAIT : departure.wish();
        board.say(
                new Row(
                        self,
                        known,
                        vote,
                        remembers(vote.view()),
                        report,
                        board.seats(),
                        installed,
                        proposer.proposal()));
    }

    private void explain() {
        left = departure.over(live, vote.view());
        if (running()) {
            phase = Phase.RUNNING;
            reason = "";
            return;
        }
        phase = everLive ? Phase.WEDGED : Phase.FORMING;
        reason =
                new Standstill(vote.view(), board.missing(vote.view()))
                        .why(departure, proposer, live);
    }
}
