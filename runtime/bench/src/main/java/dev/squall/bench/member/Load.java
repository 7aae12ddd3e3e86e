package dev.squall.bench.member;

import org.HdrHistogram.Histogram;

/** Calls that are made again and again until they are stopped. */
public interface Load {

    /** Significant decimal digits of latencies. */
    int DIGITS = 3;

    /** The latencies, in nanoseconds, of calls answered since the last time this was asked. */
    Histogram interval();

    /** Makes no further call, and waits for those under way. */
    void stop() throws InterruptedException;
}
