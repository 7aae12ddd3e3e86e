package dev.squall.bench.member;

import dev.squall.node.Node;
import dev.squall.store.ReadResult;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Threads that read random keys here, by reference: where the key lives, its newest version, the
 * last byte of its value. Each key depends on the value read before, so that the processor cannot
 * overlap two reads and a latency is true. A latency includes one reading of the clock.
 */
final class GetLoad implements Load {

    private final Node node;
    private final String[] keys;
    private final List<SingleWriterRecorder> recorders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private GetLoad(Node node, String[] keys) {
        this.node = node;
        this.keys = keys;
    }

    static GetLoad start(Node node, String[] keys, int readers) {
        var load = new GetLoad(node, keys);
        for (int i = 0; i < readers; i++) {
            var recorder = new SingleWriterRecorder(DIGITS);
            long seed = i + 1L;
            load.recorders.add(recorder);
            load.threads.add(
                    Thread.ofPlatform()
                            .name("reader-" + i)
                            .daemon()
                            .start(() -> load.read(recorder, seed)));
        }
        return load;
    }

    private void read(SingleWriterRecorder recorder, long seed) {
        long state = seed;
        long last = System.nanoTime();
        while (!stopping) {
            var key = keys[(int) Long.remainderUnsigned(SplitMix.mix(state), keys.length)];
            state = SplitMix.mix(state) + lastByte(key);
            long now = System.nanoTime();
            recorder.recordValue(now - last);
            last = now;
        }
    }

    private byte lastByte(String key) {
        var store = node.store(node.route(key).shard()).orElseThrow();
        if (!(store.get(key) instanceof ReadResult.Found(var object))) {
            throw new IllegalStateException("no object at " + key);
        }
        return object.bytes().get(ValueLayout.JAVA_BYTE, object.size() - 1L);
    }

    @Override
    public Histogram interval() {
        var sum = new Histogram(DIGITS);
        recorders.forEach(r -> sum.add(r.getIntervalHistogram()));
        return sum;
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        for (var thread : threads) {
            thread.join();
        }
    }
}
