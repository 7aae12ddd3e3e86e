package dev.squall.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One system under one workload. Figures that were not measured are null, and left out.
 *
 * @param system what was measured: {@code squall}, a peer, or {@code disk}
 * @param workload what was asked of it
 * @param size bytes of an object
 * @param nodes how many nodes there were
 * @param opsPerSecond operations answered in a second, over all callers
 * @param nanosPerOp time over operations
 * @param bytesPerOp heap bytes made per operation in the process of a caller
 * @param p50Micros median latency; likewise the others
 * @param p99Micros 99 of 100 were faster
 * @param maxMicros the slowest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Row(
        String system,
        String workload,
        int size,
        int nodes,
        @JsonProperty("ops_per_s") @Nullable Double opsPerSecond,
        @JsonProperty("ns_per_op") @Nullable Double nanosPerOp,
        @JsonProperty("bytes_per_op") @Nullable Double bytesPerOp,
        @JsonProperty("p50_us") @Nullable Double p50Micros,
        @JsonProperty("p99_us") @Nullable Double p99Micros,
        @JsonProperty("max_us") @Nullable Double maxMicros) {

    /**
     * A row of what was counted.
     *
     * @param opsPerSecond summed over callers
     * @param latencies in nanoseconds
     * @param bytesPerOp null when nobody counted
     */
    public static Row of(
            String system,
            String workload,
            int size,
            int nodes,
            double opsPerSecond,
            @Nullable Double bytesPerOp,
            Histogram latencies) {
        return new Row(
                system,
                workload,
                size,
                nodes,
                rounded(opsPerSecond),
                rounded(1e9 / opsPerSecond),
                bytesPerOp == null ? null : rounded(bytesPerOp),
                micros(latencies.getValueAtPercentile(50)),
                micros(latencies.getValueAtPercentile(99)),
                micros(latencies.getMaxValue()));
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
