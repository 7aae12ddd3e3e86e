package dev.squall.bench.cluster.peer;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster of Aeron agrees on: a map of keys to values. A put is its number, the key's length
 * and the key, the value; the answer is the number. By the thread of its container; {@link #leads},
 * {@link #applied} by any.
 */
final class AeronMaps implements ClusteredService {

    /** Of a put, before its key: its number and the key's length, bytes. */
    static final int HEAD = Long.BYTES + Short.BYTES;

    /** How long members may take to choose who leads: 60 s. */
    private static final long START_SECONDS_MAX = 60;

    private final Map<String, byte[]> values = new HashMap<>();
    private final AtomicLong applied = new AtomicLong();
    private final CountDownLatch started = new CountDownLatch(1);
    private final ExpandableArrayBuffer reply = new ExpandableArrayBuffer(Long.BYTES);
    private @Nullable Cluster cluster;
    private volatile boolean leads;

    boolean leads() {
        return leads;
    }

    long applied() {
        return applied.get();
    }

    void awaitStart() throws InterruptedException {
        if (!started.await(START_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody leads after " + START_SECONDS_MAX + " s");
        }
    }

    @Override
    public void onStart(Cluster of, @Nullable Image snapshot) {
        cluster = of;
    }

    @Override
    public void onRoleChange(Cluster.Role role) {
        leads = role == Cluster.Role.LEADER;
        started.countDown();
    }

    @Override
    public void onNewLeadershipTermEvent(
            long term,
            long position,
            long timestamp,
            long termPosition,
            int leader,
            int session,
            TimeUnit unit,
            int version) {
        started.countDown();
    }

    @Override
    public void onSessionMessage(
            @Nullable ClientSession session,
            long timestamp,
            DirectBuffer buffer,
            int offset,
            int length,
            Header header) {
        int name = buffer.getShort(offset + Long.BYTES);
        byte[] value = new byte[length - HEAD - name];
        buffer.getBytes(offset + HEAD + name, value);
        values.put(buffer.getStringWithoutLengthUtf8(offset + HEAD, name), value);
        applied.incrementAndGet();
        if (session != null && cluster != null) {
            reply.putLong(0, buffer.getLong(offset));
            while (session.offer(reply, 0, Long.BYTES) < 0) {
                cluster.idleStrategy().idle();
            }
        }
    }

    @Override
    public void onSessionOpen(ClientSession session, long timestamp) {}

    @Override
    public void onSessionClose(ClientSession session, long timestamp, CloseReason reason) {}

    @Override
    public void onTimerEvent(long id, long timestamp) {}

    @Override
    public void onTakeSnapshot(ExclusivePublication to) {}

    @Override
    public void onTerminate(Cluster of) {}
}
