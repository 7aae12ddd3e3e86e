package dev.squall.bench.maps;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;

/**
 * One thread that reads at random, for a time. Reads are timed in batches, because one of them
 * takes less than a look at the clock; a batch counts as so many reads of its mean.
 */
final class ReadLoad implements Callable<ReadLoad.Result> {

    /** Reads in a batch. */
    static final int BATCH = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** How a key is read. */
    enum Form {
        /** Each key depends on the value before: the true latency. */
        DEPENDENT,
        /** Keys are known before: reads overlap. */
        INDEPENDENT,
        /** Dependent, and the value is copied. */
        COPY,
        /** Dependent, at a random time in the past. */
        AT_TIME
    }

    /**
     * What one thread saw.
     *
     * @param latencies nanoseconds a read, by batches
     */
    record Result(long reads, double seconds, double bytesPerOp, Histogram latencies) {}

    private final LocalMap.Reader reader;
    private final Form form;
    private final int keys;
    private final long from;
    private final long to;
    private final byte[] copy;
    private final double seconds;
    private long state;

    /**
     * @param from the first time that is asked for, for {@link Form#AT_TIME}
     * @param to the last
     */
    ReadLoad(
            LocalMap.Reader reader,
            Form form,
            int keys,
            int size,
            long from,
            long to,
            double seconds) {
        this.reader = reader;
        this.form = form;
        this.keys = keys;
        this.from = from;
        this.to = to;
        this.copy = new byte[size];
        this.seconds = seconds;
    }

    @Override
    public Result call() {
        state = System.nanoTime();
        var latencies = new Histogram(3);
        long id = Thread.currentThread().threadId();
        long bytes = THREADS.getThreadAllocatedBytes(id);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long now = start;
        long reads = 0;
        while (now < end) {
            batch();
            long after = System.nanoTime();
            latencies.recordValueWithCount((after - now) / BATCH, BATCH);
            now = after;
            reads += BATCH;
        }
        bytes = THREADS.getThreadAllocatedBytes(id) - bytes;
        return new Result(reads, (now - start) / 1e9, (double) bytes / reads, latencies);
    }

    private void batch() {
        long s = state;
        switch (form) {
            case DEPENDENT -> {
                for (int i = 0; i < BATCH; i++) {
                    s = next(s);
                    s += reader.touch(within(s, keys));
                }
            }
            case INDEPENDENT -> {
                long seen = 0;
                for (int i = 0; i < BATCH; i++) {
                    s = next(s);
                    seen += reader.touch(within(s, keys));
                }
                sink = seen;
            }
            case COPY -> {
                for (int i = 0; i < BATCH; i++) {
                    s = next(s);
                    s += reader.copy(within(s, keys), copy);
                }
            }
            case AT_TIME -> {
                var past = (LocalMap.PastReader) reader;
                for (int i = 0; i < BATCH; i++) {
                    s = next(s);
                    int key = within(s, keys);
                    s = next(s);
                    s += past.touchAt(key, from + (((to - from) * (s >>> 33)) >>> 31));
                }
            }
        }
        state = s;
    }

    @SuppressWarnings("UnusedVariable") // written so that reads are not left out
    private long sink;

    private static long next(long state) {
        return state * 0x5851_F42D_4C95_7F2DL + 0x1405_7B7E_F767_814FL;
    }

    private static int within(long state, int bound) {
        return (int) Math.unsignedMultiplyHigh(state, bound);
    }
}
