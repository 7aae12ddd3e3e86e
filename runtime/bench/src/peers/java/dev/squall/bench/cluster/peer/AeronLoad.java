package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.LoadThread;
import dev.squall.bench.member.Message;
import io.aeron.cluster.client.AeronCluster;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A client in the leader's process, with its driver: one thread that puts through memory and takes
 * the answers, with {@code depth} puts under way.
 */
final class AeronLoad extends LoadThread {

    private final String driver;
    private final String channel;
    private final int keys;
    private final UnsafeBuffer put;
    private final int size;
    private final long[] started;
    private long asked;
    private long answered;

    private AeronLoad(String driver, String term, Message m) {
        super("aeron-load");
        this.driver = driver;
        this.channel = "aeron:ipc?" + term;
        this.keys = m.integer("keys");
        this.size = m.integer("size");
        this.started = new long[m.integer("depth")];
        this.put = new UnsafeBuffer(new byte[AeronMaps.HEAD + Short.MAX_VALUE + size]);
    }

    static AeronLoad start(String driver, String term, Message m) {
        var load = new AeronLoad(driver, term, m);
        load.start();
        return load;
    }

    @Override
    protected void puts() {
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
            while (!stopping() || answered < asked) {
                int work = cluster.pollEgress();
                while (!stopping() && asked - answered < started.length && put(cluster, value)) {
                    work++;
                }
                idle.idle(work);
            }
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
        answered(started[(int) (number % started.length)], 1);
        answered++;
    }
}
