package dev.squall.bench.member;

import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A load from one thread, which waits for the answers itself. A failure ends it, and {@link
 * #interval} reports it.
 */
public abstract class LoadThread implements Load {

    private final Recorder recorder = new Recorder(DIGITS);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final String name;
    private @Nullable Thread thread;
    private volatile boolean stopping;

    protected LoadThread(String name) {
        this.name = name;
    }

    /** Puts until {@link #stopping}, and says what was {@link #answered}. */
    protected abstract void puts() throws Exception;

    private void run() {
        try {
            puts();
        } catch (Exception e) {
            failure.set(e);
        }
    }

    /** Starts it; by whoever stops it. */
    public final void start() {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Whether no more puts are to be made. */
    protected final boolean stopping() {
        return stopping;
    }

    /** So many puts that were made then have been answered. */
    protected final void answered(long startedNanos, int count) {
        recorder.recordValueWithCount(System.nanoTime() - startedNanos, count);
    }

    @Override
    public final Histogram interval() {
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a put failed: " + failed, failed);
        }
        return recorder.getIntervalHistogram();
    }

    @Override
    public final void stop() throws InterruptedException {
        stopping = true;
        if (thread != null) {
            thread.join();
        }
    }
}
