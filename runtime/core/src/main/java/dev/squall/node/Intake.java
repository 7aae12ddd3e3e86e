package dev.squall.node;

import dev.squall.base.Version;
import dev.squall.store.Outcome;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * Takes what a shard delivers into its store: at once when the log has all that came before, else
 * when it has (see {@link Backfill}). What comes out of a peer's log is always taken at once.
 *
 * <p>Belongs to the group agent.
 */
final class Intake {

    private final Loading loading;
    private final PutQueue puts;
    private final Backfill backfill = new Backfill();
    private final Backfill.Sink sink = this::apply;
    private long view;

    Intake(Loading loading, PutQueue puts) {
        this.loading = loading;
        this.puts = puts;
    }

    /**
     * Takes a whole record, in its place in the order.
     *
     * @param exact whether the log has all that came before
     */
    void take(ShardEpoch in, boolean exact, long sequence, int sender, MemorySegment m, long at) {
        view = in.view.id();
        boolean old = (RecordLayout.flags(m, at) & RecordLayout.FLAG_REPLAY) != 0;
        if (!old && !exact && !backfill.finished()) {
            backfill.keep(sequence, m, at);
            return;
        }
        var outcome = apply(sequence, m, at);
        if (!old && sender == in.rank) {
            puts.delivered(outcome, sequence);
        }
    }

    private Outcome apply(long sequence, MemorySegment m, long at) {
        return loading.loaded().store().apply(m, at, Version.of(view, sequence));
    }

    /** Whether nothing more can be kept. */
    boolean full() {
        return backfill.full();
    }

    /** The log has what is old. Returns the newest version in it once it has what was kept, too. */
    long finish() {
        return backfill.finish(sink, loading.log());
    }

    /** The view has ended: what was kept comes again. */
    void clear() {
        backfill.clear();
    }
}
