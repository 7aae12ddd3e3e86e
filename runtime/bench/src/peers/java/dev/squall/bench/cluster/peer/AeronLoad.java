package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import io.aeron.cluster.client.AeronCluster;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * A client in the leader's process, with its driver: one thread that puts through memory and takes
 * the answers, with {@code depth} puts under way.
 */
final class AeronLoad implements Load {

    private final String driver;
    private final String channel;
    private final int keys;
    private final UnsafeBuffer put;
    private final int size;
    private final long[] started;
    private final Recorder recorder = new Recorder(DIGITS);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private long asked;
    private long answered;
    private volatile boolean stopping;

    private AeronLoad(String driver, String term, Message m) {
        this.driver = driver;
        this.channel = "aeron:ipc?" + term;
        this.keys = m.integer("keys");
        this.size = m.integer("size");
        this.started = new long[m.integer("depth")];
        this.put = new UnsafeBuffer(new byte[AeronMaps.HEAD + Short.MAX_VALUE + size]);
        this.thread = Thread.ofPlatform().name("aeron-load").daemon().unstarted(this::run);
    }

    static AeronLoad start(String driver, String term, Message m) {
        var load = new AeronLoad(driver, term, m);
        load.thread.start();
        return load;
    }

    private void run() {
        var idle = YieldingIdleStrategy.INSTANCE;
        var context =
                new AeronCluster.Context()
                        .aeronDirectoryName(driver)
                        .ingressChannel(channel)
                        .egressChannel(channel)
                        .egressListener((_, _, buffer, at, _, _) -> answered(buffer.getLong(at)));
        byte[] value = new byte[size];
        new Random(42).nextBytes(value);
        try (var cluster = AeronCluster.connect(context)) {
            while (!stopping || answered < asked) {
                int work = cluster.pollEgress();
                while (!stopping && asked - answered < started.length && put(cluster, value)) {
                    work++;
                }
                idle.idle(work);
            }
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    /** Whether it was taken: else the answers have to be taken first. */
    private boolean put(AeronCluster cluster, byte[] value) {
        int number = ThreadLocalRandom.current().nextInt(keys);
        byte[] key = ("/bench/k" + number).getBytes(StandardCharsets.UTF_8);
        put.putLong(0, asked);
        put.putShort(Long.BYTES, (short) key.length, ByteOrder.nativeOrder());
        put.putBytes(AeronMaps.HEAD, key);
        put.putBytes(AeronMaps.HEAD + key.length, value);
        started[(int) (asked % started.length)] = System.nanoTime();
        if (cluster.offer(put, 0, AeronMaps.HEAD + key.length + value.length) < 0) {
            return false;
        }
        asked++;
        return true;
    }

    private void answered(long number) {
        recorder.recordValue(System.nanoTime() - started[(int) (number % started.length)]);
        answered++;
    }

    @Override
    public Histogram interval() {
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a put failed: " + failed, failed);
        }
        return recorder.getIntervalHistogram();
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }
}
