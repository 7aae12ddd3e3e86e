package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.Load;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** A closed loop of calls, as the one of our own puts: each caller calls again when answered. */
final class AsyncLoad implements Load {

    private static final long STOP_SECONDS_MAX = 30;

    private final Callable<? extends CompletableFuture<?>> call;
    private final Recorder recorder = new Recorder(DIGITS);
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;

    private AsyncLoad(Callable<? extends CompletableFuture<?>> call, int depth) {
        this.call = call;
        this.running = new CountDownLatch(depth);
    }

    static AsyncLoad start(Callable<? extends CompletableFuture<?>> call, int depth) {
        var load = new AsyncLoad(call, depth);
        for (int i = 0; i < depth; i++) {
            Thread.startVirtualThread(load.new Caller()::run);
        }
        return load;
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
            throw new IllegalStateException(running.getCount() + " puts are still under way");
        }
    }

    private final class Caller {

        private final AtomicInteger turns = new AtomicInteger();

        /** An answer that comes at once adds a turn instead of recursing. */
        void run() {
            if (turns.getAndIncrement() != 0) {
                return;
            }
            do {
                if (stopping || failure.get() != null) {
                    running.countDown();
                    return;
                }
                call();
            } while (turns.decrementAndGet() != 0);
        }

        private void call() {
            long started = System.nanoTime();
            try {
                var _ = call.call().whenComplete((_, error) -> answered(started, error));
            } catch (Exception e) {
                answered(started, e);
            }
        }

        private void answered(long started, @Nullable Throwable error) {
            if (error == null) {
                recorder.recordValue(System.nanoTime() - started);
            } else {
                failure.compareAndSet(null, error);
            }
            run();
        }
    }
}
