package dev.squall.bench.member;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Says what a load has done and this process has used since that was last asked. One thread. */
public final class Sampler {

    private final ProcessMeter meter = new ProcessMeter();
    private long nanos = System.nanoTime();
    private long bytes;
    private long cpu;
    private long collector;

    /** A load begins now. */
    public void begin() {
        nanos = System.nanoTime();
    }

    /** What happened since the last sample; a member without a load has no latencies. */
    public Message sample(@Nullable Load load) throws IOException {
        long now = System.nanoTime();
        var latencies = load == null ? new Histogram(Load.DIGITS) : load.interval();
        long bytesNow = meter.allocatedBytes();
        long cpuNow = meter.cpuNanos();
        long collectorNow = meter.collectorMillis();
        var sample =
                Message.of(
                        "sample",
                        "nanos",
                        now - nanos,
                        "allocated",
                        bytesNow - bytes,
                        "cpu",
                        cpuNow - cpu,
                        "collector",
                        collectorNow - collector,
                        "resident",
                        meter.residentBytes(),
                        "latencies",
                        encode(latencies));
        nanos = now;
        bytes = bytesNow;
        cpu = cpuNow;
        collector = collectorNow;
        return sample;
    }

    /** A histogram as text. */
    static String encode(Histogram histogram) {
        var buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        var bytes = new ByteArrayOutputStream(length);
        bytes.write(buffer.array(), 0, length);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
