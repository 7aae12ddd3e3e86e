package dev.squall.bench.cluster;

import dev.squall.bench.member.Message;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one member did and used between two moments.
 *
 * @param nanos between them
 * @param allocated heap bytes made
 * @param cpuNanos processor time of all its threads
 * @param collectorMillis spent collecting garbage
 * @param resident bytes of memory resident at the end
 * @param latencies of the calls answered, in nanoseconds
 */
record Sample(
        long nanos,
        long allocated,
        long cpuNanos,
        long collectorMillis,
        long resident,
        Histogram latencies) {

    static Sample read(Message m) {
        return new Sample(
                m.number("nanos"),
                m.number("allocated"),
                m.number("cpu"),
                m.number("collector"),
                m.number("resident"),
                histogram(m, "latencies"));
    }

    /** A histogram that a member has sent. */
    static Histogram histogram(Message m, String name) {
        var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(m.text(name)));
        try {
            return Histogram.decodeFromCompressedByteBuffer(bytes, 0);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException(name + " that cannot be read", e);
        }
    }

    long operations() {
        return latencies.getTotalCount();
    }

    double operationsPerSecond() {
        return operations() * 1e9 / nanos;
    }

    double bytesPerOperation() {
        return (double) allocated / operations();
    }

    /** Processor time over time: 1 = one core all the time. */
    double cores() {
        return (double) cpuNanos / nanos;
    }
}
