package dev.squall.edge;

/**
 * Thins a source out to a number of frames a second, evenly.
 *
 * <p>It keeps a frame once the source has reached the next multiple of the wished interval, less a
 * quarter of the source's own interval: time stamps that shake by less than that do not change the
 * choice. A rate at or above the source's keeps every frame.
 *
 * <p>Single thread.
 */
final class Sampler {
    private final double periodMicros;
    private final long toleranceMicros;
    private double nextMicros;

    /**
     * @param fps frames a second to keep, or 0 to keep all
     * @param sourceIntervalMicros the source's own time between frames
     */
    Sampler(double fps, long sourceIntervalMicros) {
        this.periodMicros = fps > 0 ? 1_000_000 / fps : 0;
        this.toleranceMicros = sourceIntervalMicros / 4;
    }

    /** Whether to keep the frame at this position; positions never go back. */
    boolean keeps(long positionMicros) {
        if (positionMicros + toleranceMicros < nextMicros) {
            return false;
        }
        // A gap in the source is not made up for with a burst: it counts from here.
        boolean gap = positionMicros - nextMicros > periodMicros;
        nextMicros = (gap ? positionMicros : nextMicros) + periodMicros;
        return true;
    }
}
