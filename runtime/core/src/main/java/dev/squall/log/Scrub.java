package dev.squall.log;

import org.jspecify.annotations.Nullable;

/**
 * Reads, bit by bit, the records that a start has not read because a {@link Checkpoint} said what
 * they come to. Nobody relies on that: whoever reads a record from a file checks it himself (see
 * {@link Soundness}). But what nobody reads is found to be harmed while others still have it, and
 * what is found here is remembered, and repaired, like all that readers find.
 *
 * <p><b>Threads.</b> {@link #step} by one at a time, any.
 */
public final class Scrub {

    private final Log log;
    private final int first;

    /** Segments from here on need not be looked at any more; the newest are the first. */
    private int end;

    Scrub(Log log, @Nullable Checkpoint unread) {
        this.log = log;
        this.first = unread == null ? 0 : unread.firstNumber();
        this.end = unread == null ? 0 : unread.end();
    }

    /**
     * Reads one more segment: a few milliseconds where its bytes are in memory.
     *
     * @return false when there is none left, or one is harmed
     */
    public boolean step() {
        if (end <= first || log.soundness().isHarmed()) {
            return false;
        }
        end--;
        var segment = log.segment(end);
        return segment == null || sound(segment);
    }

    private boolean sound(LogSegment segment) {
        var memory = segment.memory(); // stays, even if the log drops the segment meanwhile
        long at = segment.begin;
        while (at < segment.used()) {
            if (!log.soundness().record(memory, Log.location(segment.number, at))) {
                return false;
            }
            at = Log.offset(Log.after(at, memory));
        }
        return true;
    }
}
