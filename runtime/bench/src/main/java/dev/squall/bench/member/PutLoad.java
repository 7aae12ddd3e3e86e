package dev.squall.bench.member;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.node.PutCaller;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of puts: {@code depth} callers, each of which puts again as soon as it is answered,
 * from the answer's own thread. A latency is the time from the call to its answer.
 *
 * <p><b>What it does not show</b> (coordinated omission): while the cluster pauses, only the puts
 * under way see the pause, not those that an outside world would have sent meanwhile. So read the
 * percentiles as those of {@code depth} patient callers.
 *
 * <p>A put refused because a queue is full is made again after {@link #PAUSE_NANOS}; its time runs
 * on. Any other failure ends its caller, and {@link #interval} reports it.
 */
final class PutLoad implements Load {

    /** Before a refused put is made again: 200 us. */
    static final long PAUSE_NANOS = 200_000;

    /** How long answers under way may take once the load is stopped: 30 s. */
    static final long STOP_SECONDS_MAX = 30;

    private final Node node;
    private final PutSource source;
    private final Recorder recorder = new Recorder(DIGITS);
    private final boolean direct;
    private final CountDownLatch running;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;

    private PutLoad(Node node, PutSource source, int depth, boolean direct) {
        this.direct = direct;
        this.node = node;
        this.source = source;
        this.running = new CountDownLatch(depth);
    }

    /** Callers that are answered by a future, on a thread that the node starts for it. */
    static PutLoad start(Node node, PutSource source, int depth) {
        return start(node, source, depth, false);
    }

    /**
     * Starts a load.
     *
     * @param direct whether callers are answered on the node's own agent, and put again from there
     */
    static PutLoad start(Node node, PutSource source, int depth, boolean direct) {
        var load = new PutLoad(node, source, depth, direct);
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
            throw new IllegalStateException(
                    "%d puts are still under way after %d s"
                            .formatted(running.getCount(), STOP_SECONDS_MAX));
        }
    }

    /** One caller with one put under way. */
    private final class Caller
            implements BiConsumer<@Nullable PutAnswer, @Nullable Throwable>, PutCaller {

        private final AtomicInteger turns = new AtomicInteger();
        private @Nullable Put put;
        private boolean again;
        private long started;

        /** Puts once per turn; an answer that comes at once adds a turn instead of recursing. */
        void run() {
            if (turns.getAndIncrement() != 0) {
                return;
            }
            do {
                if (stopping) {
                    running.countDown();
                    return;
                }
                put();
            } while (turns.decrementAndGet() != 0);
        }

        private void put() {
            if (!direct) {
                var _ = node.put(next()).whenComplete(this);
                return;
            }
            try {
                node.put(next(), this);
            } catch (Failure e) {
                failed(e);
            }
        }

        @Override
        public void answered(PutAnswer answer) {
            accept(answer, null);
        }

        @Override
        public void failed(Failure failure) {
            accept(null, failure);
        }

        private Put next() {
            var refused = put;
            if (again && refused != null) {
                again = false;
                LockSupport.parkNanos(PAUSE_NANOS);
                return refused;
            }
            var fresh = source.next();
            put = fresh;
            started = System.nanoTime();
            return fresh;
        }

        @Override
        public void accept(@Nullable PutAnswer answer, @Nullable Throwable error) {
            if (answer != null && put != null) {
                recorder.recordValue(System.nanoTime() - started);
                if (tell(put, answer)) {
                    run();
                }
            } else if (error instanceof Failure f && f.kind() == Failure.Kind.OVERLOADED) {
                again = true;
                run();
            } else {
                end(error);
            }
        }

        /** Nobody would see what the source throws here but the failure. */
        private boolean tell(Put answered, PutAnswer answer) {
            try {
                source.answered(answered, answer);
                return true;
            } catch (RuntimeException e) {
                end(e);
                return false;
            }
        }

        private void end(@Nullable Throwable why) {
            failure.compareAndSet(null, why);
            running.countDown();
        }
    }
}
