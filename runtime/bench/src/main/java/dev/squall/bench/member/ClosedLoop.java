package dev.squall.bench.member;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of calls that are answered later: {@code depth} callers, each of which calls again
 * as soon as it is answered, from the answer's own thread. A latency is the time from the call to
 * its answer. A failure ends its caller, and {@link #interval} reports it.
 */
public abstract class ClosedLoop implements Load {

    /** How long answers under way may take once the load is stopped: 30 s. */
    static final long STOP_SECONDS_MAX = 30;

    private final Recorder recorder = new Recorder(DIGITS);
    private final int depth;
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;

    protected ClosedLoop(int depth) {
        this.depth = depth;
        this.running = new CountDownLatch(depth);
    }

    /** Starts the callers. */
    protected final void start(Supplier<? extends Caller> callers) {
        for (int i = 0; i < depth; i++) {
            Thread.startVirtualThread(callers.get()::run);
        }
    }

    @Override
    public Histogram interval() {
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a put failed: " + failed.getMessage(), failed);
        }
        return recorder.getIntervalHistogram();
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        if (!running.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "%d puts are still under way after %d s"
                            .formatted(running.getCount(), STOP_SECONDS_MAX));
        }
    }

    /** One caller with one call under way. */
    protected abstract class Caller {

        private final AtomicInteger turns = new AtomicInteger();

        /**
         * Makes the next call; its answer calls {@link #answered}, {@link #run} or {@link #end}.
         */
        protected abstract void call();

        /** Calls once per turn; an answer that comes at once adds a turn instead of recursing. */
        protected final void run() {
            if (turns.getAndIncrement() != 0) {
                return;
            }
            do {
                if (stopping) {
                    running.countDown();
                    return;
                }
                call();
            } while (turns.decrementAndGet() != 0);
        }

        /** A call that was made then has been answered. */
        protected final void answered(long startedNanos) {
            recorder.recordValue(System.nanoTime() - startedNanos);
        }

        /** This caller calls no more. */
        protected final void end(@Nullable Throwable why) {
            failure.compareAndSet(null, why);
            running.countDown();
        }
    }
}
