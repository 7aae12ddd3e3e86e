package dev.squall.node;

import dev.squall.base.Hlc;
import dev.squall.table.NodeColumn;
import dev.squall.table.Table;

/**
 * What a node promises in the node table: below which time nothing more comes from it. A busy node
 * promises in every turn, an idle one now and then, and both at once when a reader anywhere waits
 * for a time. Belongs to the group agent.
 */
final class Heartbeat {

    /** Between two promises of an idle node: 50 ms. */
    static final long BEAT_NANOS = 50_000_000;

    /** Between two promises while a reader's clock is too far ahead to be followed: 1 ms. */
    private static final long ASKED_NANOS = 1_000_000;

    private final Table nodes;
    private final Hlc hlc;
    private long nextBeat;
    private long nextAsked;

    Heartbeat(Table nodes, Hlc hlc, long now) {
        this.nodes = nodes;
        this.hlc = hlc;
        this.nextBeat = now;
        this.nextAsked = now;
    }

    /** Takes a step at the end of a turn. */
    void step(long now, boolean busy) {
        long wanted = nodes.max(NodeColumn.WANTED);
        boolean asked = wanted > nodes.mine(NodeColumn.PROMISE) && now - nextAsked >= 0;
        if (!busy && !asked && now - nextBeat < 0) {
            return;
        }
        if (asked) {
            hlc.observe(wanted);
            nextAsked = now + (hlc.promise() < wanted ? ASKED_NANOS : 0);
        }
        nodes.raise(NodeColumn.PROMISE, hlc.promise());
        if (now - nextBeat >= 0) {
            nextBeat = now + BEAT_NANOS;
        }
    }

    /**
     * Has every member promise a time soon.
     *
     * @param micros the time that a reader waits for
     * @param now the wall clock: a time far ahead of it is not asked for
     */
    void want(long micros, long now) {
        if (micros > nodes.mine(NodeColumn.WANTED) && micros <= now + Hlc.SKEW_MICROS_MAX) {
            nodes.raise(NodeColumn.WANTED, micros);
        }
    }
}
