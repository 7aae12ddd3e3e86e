package dev.squall.edge;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What the agent did so far. Capture counts what it captured, the uplink what it sent, and both
 * what they dropped; {@code captured = sent + dropped + on the way} at any quiet moment.
 *
 * <p>Any thread may count and read; {@link #roll} belongs to the reporter.
 */
final class Counters {
    /** Longer waits for an answer are recorded as this: one minute, in microseconds. */
    static final long MAX_ACK_MICROS = 60_000_000;

    private static final int SIGNIFICANT_DIGITS = 2;

    final AtomicLong captured = new AtomicLong();
    final AtomicLong sent = new AtomicLong();
    final AtomicLong retries = new AtomicLong();
    final AtomicLong failovers = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong lastVersion = new AtomicLong();

    private final Map<Drop, AtomicLong> dropped = new EnumMap<>(Drop.class);
    private final Recorder acks = new Recorder(MAX_ACK_MICROS, SIGNIFICANT_DIGITS);
    private final Histogram allAcks = new Histogram(MAX_ACK_MICROS, SIGNIFICANT_DIGITS);
    private volatile Latency recent = new Latency(0, 0);

    /** Time from the first attempt at a frame to its answer, in microseconds; 0 without answers. */
    record Latency(long p50Micros, long p99Micros) {
        static Latency of(Histogram histogram) {
            return histogram.getTotalCount() == 0
                    ? new Latency(0, 0)
                    : new Latency(
                            histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99));
        }
    }

    Counters() {
        for (Drop reason : Drop.values()) {
            dropped.put(reason, new AtomicLong());
        }
    }

    void dropped(Drop reason) {
        of(reason).incrementAndGet();
    }

    /** Counts one stored frame. */
    void stored(int frameBytes, long version, long ackMicros) {
        sent.incrementAndGet();
        bytes.addAndGet(frameBytes);
        lastVersion.set(version);
        acks.recordValue(Math.clamp(ackMicros, 0, MAX_ACK_MICROS));
    }

    long droppedFor(Drop reason) {
        return of(reason).get();
    }

    /** All drops by reason, in the order of {@link Drop}. */
    Map<Drop, Long> dropped() {
        var copy = new EnumMap<Drop, Long>(Drop.class);
        dropped.forEach((reason, count) -> copy.put(reason, count.get()));
        return copy;
    }

    /** Ends one stretch of latencies and begins the next. */
    synchronized void roll() {
        Histogram stretch = acks.getIntervalHistogram();
        allAcks.add(stretch);
        recent = Latency.of(stretch);
    }

    /** Latencies of the last whole stretch. */
    Latency recent() {
        return recent;
    }

    /** Latencies since the start. */
    synchronized Latency overall() {
        roll();
        return Latency.of(allAcks);
    }

    private AtomicLong of(Drop reason) {
        AtomicLong count = dropped.get(reason);
        if (count == null) {
            throw new AssertionError("no counter for " + reason);
        }
        return count;
    }
}
