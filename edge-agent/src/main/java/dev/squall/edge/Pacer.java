package dev.squall.edge;

/**
 * Says when each frame of a source is due, so that a recording plays like the camera that made it.
 *
 * <p><b>No drift.</b> A frame's due time is the anchor plus its position in the source, never the
 * last frame's time plus an interval: a wait that ends late makes one frame late, not all that
 * follow.
 *
 * <p><b>Behind.</b> A frame that comes more than {@link #LATE_LIMIT_MILLIS} late is to be dropped
 * before it costs an encoding, so that the stream is live again soon. After a stall longer than
 * {@link #STALL_LIMIT_MILLIS} (the process was stopped, the machine slept) there is nothing to
 * catch up with: the anchor moves and the source goes on from where it was.
 *
 * <p>Single thread; no clock of its own.
 */
final class Pacer {
    static final long LATE_LIMIT_MILLIS = 500;
    static final long STALL_LIMIT_MILLIS = 2_000;

    /** What to do with a frame. */
    enum Verdict {
        /** Wait until it is due, which may be now. */
        WAIT,
        /** Drop it: it is late. */
        DROP
    }

    private boolean anchored;
    private long anchorNanos;

    /** When the frame at this position (microseconds from the source's start) is due. */
    long dueNanos(long positionMicros) {
        return anchorNanos + positionMicros * 1_000;
    }

    /**
     * Judges a frame at the moment at which it was read. The first one is due at once and sets the
     * anchor; a stall moves it.
     */
    Verdict judge(long positionMicros, long nowNanos) {
        if (!anchored) {
            anchored = true;
            anchorNanos = nowNanos - positionMicros * 1_000;
        }
        long lateNanos = nowNanos - dueNanos(positionMicros);
        if (lateNanos > STALL_LIMIT_MILLIS * 1_000_000) {
            anchorNanos += lateNanos;
            return Verdict.WAIT;
        }
        return lateNanos > LATE_LIMIT_MILLIS * 1_000_000 ? Verdict.DROP : Verdict.WAIT;
    }
}
