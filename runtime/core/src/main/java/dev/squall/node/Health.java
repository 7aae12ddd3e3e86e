package dev.squall.node;

import dev.squall.log.Log;
import dev.squall.log.Soundness;
import dev.squall.view.Holding;
import dev.squall.wire.RecordLayout;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Whether a replica may take part in its shard, and count: what is wrong with its disk ({@link
 * Trouble}), how whole its log is ({@link Wholeness}), and whether a message reached it that was
 * not what had been sent, or its own log is not what was written. In a view in which that happened
 * nothing more is applied here; in the next one the replica is filled by the others.
 *
 * <p>Belongs to the group agent.
 */
final class Health {

    private static final System.Logger LOG = System.getLogger(Health.class.getName());

    /** A delivery that is not what was sent: nothing behind it can be applied here. */
    private static final class Spoiled extends RuntimeException {
        Spoiled() {
            super("a record was changed on its way", null, false, false);
        }
    }

    final Trouble trouble = new Trouble();
    private final int shard;
    private final Wholeness whole;
    private @Nullable ShardEpoch spoiled;
    private boolean spoiledAtTheEnd;
    private boolean unread;
    private long now;

    Health(int shard, Wholeness whole) {
        this.shard = shard;
        this.whole = whole;
    }

    /** A view begins. Returns whether what this replica holds is what the others believe. */
    boolean begins(ShardEpoch next) {
        spoiled = spoiledAtTheEnd ? next : null;
        spoiledAtTheEnd = false;
        trouble.placed();
        return spoiled == null;
    }

    /** Whether nothing is applied in a view any more. */
    boolean spoils(ShardEpoch in) {
        return in == spoiled;
    }

    /** Whether others may have delivered what was not delivered here in a view that has ended. */
    boolean lostTrack(ShardEpoch ended) {
        return spoils(ended) || spoiledAtTheEnd;
    }

    /** Time passes. Returns whether a trouble is over as far as that can be known. */
    boolean step(long nanos) {
        now = nanos;
        return trouble.over(nanos);
    }

    /** What the next view is told of the log, see {@link Holding#whole}. */
    long report(@Nullable ShardEpoch in, boolean beingCut) {
        if (trouble.reported(in == null || in.heldByOthers())) {
            return Holding.BROKEN;
        }
        return beingCut ? Math.min(whole.view(), 0) : whole.view();
    }

    /** The log has no gap, or is about to be filled. Returns false when that cannot be written. */
    boolean mark(boolean hasAll, long view) {
        try {
            whole.begin(hasAll, view);
            trouble.worked();
            return true;
        } catch (UncheckedIOException e) {
            trouble.begins("cannot say on disk how whole its log is: " + e.getCause(), now);
            return false;
        }
    }

    /** Delivers what can be delivered. Returns how much that was; -1 = nothing may be any more. */
    int deliver(ShardEpoch in) {
        try {
            return in.multicast.deliver();
        } catch (Spoiled | Soundness.Harmed e) {
            spoiled = in;
            return -1;
        }
    }

    /**
     * Looks whether the log has been read. While it cannot be, the others need not wait for it.
     *
     * @return whether something is there that was not at the last look
     */
    boolean reads(Loading loading, long nanos) {
        boolean there = loading.poll(nanos);
        var failure = loading.failure();
        if (failure.isEmpty() && unread) {
            unread = false;
            trouble.mended();
        } else if (!failure.isEmpty() && !trouble.is()) {
            unread = true;
            trouble.begins(failure);
        }
        return there;
    }

    /** Nothing more is applied in this view: what would decide about it is harmed. */
    void spoil(ShardEpoch in) {
        spoiled = in;
    }

    /** Delivers what is left of a view that has ended. */
    void settle(ShardEpoch in, long trim) {
        try {
            if (!spoils(in)) {
                in.multicast.settle(trim);
            }
        } catch (Spoiled | Soundness.Harmed _) {
            spoiledAtTheEnd = true; // the next view begins as if this replica had everything
        }
    }

    /** Refuses a message that is not what was sent. */
    void check(ShardEpoch in, long sequence, MemorySegment m, long at) {
        if (!RecordLayout.valid(m, at, m.byteSize() - at)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "shard {0}: message {1} is not what was sent; the others have to fill it in",
                    shard,
                    sequence);
            spoiled = in;
            throw new Spoiled();
        }
    }

    /**
     * Bytes of the log are not what was written. What is before them is kept, and what is behind
     * comes again from the others, or if none has everything, from whoever has the most (see {@code
     * Sources}); if there are no others, this replica serves nothing any more.
     *
     * @return the version behind which the log is to be cut, or {@link CatchUp#NONE}
     */
    long repair(ShardEpoch in, Log log) {
        if (!log.soundness().isHarmed()) {
            return CatchUp.NONE;
        }
        long keep = log.newestBefore(log.soundness().harmed());
        var what = "found damage in its log behind version " + keep;
        LOG.log(System.Logger.Level.ERROR, "shard {0} {1}", shard, what);
        if (in.members.size() == 1) {
            log.soundness().forgive();
            trouble.begins(what + ", and no other member has what was there", now);
            return CatchUp.NONE;
        }
        try {
            whole.lacks();
        } catch (UncheckedIOException e) {
            trouble.begins(what + ", and cannot write: " + e.getCause(), now);
            return CatchUp.NONE;
        }
        spoiled = in;
        return keep;
    }

    /** Whether the view has to change for the sake of this replica. */
    boolean wantsChange(@Nullable ShardEpoch in) {
        boolean placed = in != null;
        boolean lacks = in != null && spoils(in) && !in.multicast.wedged();
        return trouble.wantsChange(placed, in != null && in.heldByOthers()) || lacks;
    }
}
