package dev.squall.node;

import dev.squall.view.Holding;

/**
 * In which view the log of a shard was last known to have no gap: after a restart, one that has a
 * gap is nobody's source as long as there is one without. One that is filled, or cut for damage,
 * lacks something from its end; in which view it lacked nothing is remembered, for when the others
 * have lost theirs it may have the most. On disk before it is believed, unless the pool is
 * volatile.
 *
 * <p>Belongs to the group agent.
 */
final class Wholeness {

    private final int shard;
    private final boolean persistent;
    private final ShardParts.Marks marks;
    private long view;

    Wholeness(int shard, boolean persistent, ShardParts.Marks marks, long view) {
        this.shard = shard;
        this.persistent = persistent;
        this.marks = marks;
        this.view = view;
    }

    /** The view; 0 = none ever was; less = it lacks something since (see {@code Holding}). */
    long view() {
        return view;
    }

    /** A view begins, and with it the log is whole or about to be filled. */
    void begin(boolean holds, long in) {
        if (holds) {
            whole(in);
        } else {
            lacks();
        }
    }

    /** The log has no gap in this view; one that had none before keeps its mark. */
    void whole(long in) {
        if (view <= 0) {
            mark(in);
        }
    }

    /** A part of its end is about to be cut off, or others went on without it. */
    void lacks() {
        if (view > 0) {
            mark(Holding.damaged(view));
        }
    }

    private void mark(long next) {
        if (persistent) {
            marks.whole(shard, next);
        }
        view = next;
    }
}
