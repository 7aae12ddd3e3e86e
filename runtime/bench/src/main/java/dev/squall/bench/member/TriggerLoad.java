package dev.squall.bench.member;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Threads that trigger logic in this process, each again as soon as it was answered. Only keys
 * whose logic runs here. A latency is that of the whole call; when the logic began, {@link Starts}
 * says.
 */
final class TriggerLoad implements Load {

    private final Node node;
    private final String[] keys;
    private final int size;
    private final Recorder recorder = new Recorder(DIGITS);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopping;

    private TriggerLoad(Node node, String[] keys, int size) {
        this.node = node;
        this.keys = keys;
        this.size = size;
    }

    static TriggerLoad start(Node node, String[] keys, int size, int depth) {
        int self = node.config().id();
        var here =
                Arrays.stream(keys)
                        .filter(key -> node.route(key).runner().id() == self)
                        .toArray(String[]::new);
        if (here.length == 0) {
            throw new IllegalArgumentException(
                    "none of %d keys has its logic at member %d: use more"
                            .formatted(keys.length, self));
        }
        var load = new TriggerLoad(node, here, size);
        for (int i = 0; i < depth; i++) {
            load.threads.add(Thread.ofVirtual().start(load::run));
        }
        return load;
    }

    private void run() {
        int self = node.config().id();
        var random = ThreadLocalRandom.current();
        while (!stopping && failure.get() == null) {
            var payload = MemorySegment.ofArray(new byte[size]);
            long started = System.nanoTime();
            Clocked.stamp(payload, self);
            try {
                node.trigger(keys[random.nextInt(keys.length)], payload, true, "").join();
                recorder.recordValue(System.nanoTime() - started);
            } catch (CompletionException | Failure e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    @Override
    public Histogram interval() {
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a trigger failed: " + failed.getMessage(), failed);
        }
        return recorder.getIntervalHistogram();
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        for (var thread : threads) {
            thread.join();
        }
    }
}
