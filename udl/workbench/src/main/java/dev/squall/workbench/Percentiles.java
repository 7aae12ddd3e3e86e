package dev.squall.workbench;

import java.util.Arrays;
import java.util.Locale;

/** How long something takes, run again and again on the calling thread. */
public final class Percentiles {

    private final long[] nanos; // sorted, at least one

    /** Something to be measured. */
    public interface Work {
        void run() throws Exception;
    }

    Percentiles(long... nanos) {
        this.nanos = nanos.clone();
        Arrays.sort(this.nanos);
    }

    /** Runs {@code work} a few times unmeasured, then {@code runs} times measured. */
    public static Percentiles measure(int warmups, int runs, Work work) throws Exception {
        for (int i = 0; i < warmups; i++) {
            work.run();
        }
        var nanos = new long[runs];
        for (int i = 0; i < runs; i++) {
            long start = System.nanoTime();
            work.run();
            nanos[i] = System.nanoTime() - start;
        }
        return new Percentiles(nanos);
    }

    /** The duration that {@code percent} of the runs did not exceed, in milliseconds. */
    public double millis(double percent) {
        int index = (int) Math.ceil(percent / 100 * nanos.length) - 1;
        return nanos[Math.max(0, index)] / 1e6;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "min %.3f  p50 %.3f  p99 %.3f  max %.3f ms (%d runs)",
                millis(0),
                millis(50),
                millis(99),
                millis(100),
                nanos.length);
    }
}
