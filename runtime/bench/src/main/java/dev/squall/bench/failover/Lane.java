package dev.squall.bench.failover;

import dev.squall.bench.node.Answer;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A connection that puts one key, one put after the other, as a producer of its own. A put is due
 * at a time that does not depend on how the ones before fared; late ones follow at full speed. A
 * put that fails is made again under its triple, at the next node, until it is acknowledged.
 *
 * <p>Runs on a thread of its own; others may ask for what was acknowledged.
 */
final class Lane implements Runnable {

    /** Before a put is made again: 5 ms. */
    private static final long RETRY_MILLIS = 5;

    private final int number;
    private final String key;
    private final NodeClient http;
    private final List<ServerNode> nodes;
    private final byte[] bytes;
    private final long start;
    private final long intervalNanos;
    private final String producer;
    private final List<Ack> acknowledged = new ArrayList<>();
    private volatile int at;
    private volatile boolean stopping;
    private volatile @Nullable String strange;

    /**
     * @param life tells the runs of one lane apart; must grow
     * @param start when its first put is due
     * @param intervalNanos between two puts; 0 = each as soon as the one before is answered
     */
    Lane(
            int number,
            String key,
            int life,
            NodeClient http,
            List<ServerNode> nodes,
            int size,
            long start,
            long intervalNanos) {
        this.number = number;
        this.key = key;
        this.http = http;
        this.nodes = nodes;
        this.bytes = new byte[size];
        this.start = start;
        this.intervalNanos = intervalNanos;
        this.producer = "lane" + number + "/" + life + "/";
        home();
    }

    String key() {
        return key;
    }

    /** Goes back to the node that it began with. */
    void home() {
        at = number % nodes.size();
    }

    void stop() {
        stopping = true;
    }

    /** What no node should have said, or null. */
    @Nullable String strange() {
        return strange;
    }

    /** What was acknowledged since this was last asked. */
    List<Ack> take() {
        synchronized (acknowledged) {
            var taken = List.copyOf(acknowledged);
            acknowledged.clear();
            return taken;
        }
    }

    @Override
    public void run() {
        try {
            for (long sequence = 1; !stopping; sequence++) {
                long due =
                        intervalNanos == 0
                                ? System.nanoTime()
                                : start + (sequence - 1) * intervalNanos;
                while (!stopping && due > System.nanoTime()) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                put(producer + sequence, due);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(String triple, long due) throws InterruptedException {
        while (!stopping) {
            var node = nodes.get(at);
            switch (http.put(node, key, bytes, -1, triple)) {
                case Answer.Stored stored -> {
                    var ack = new Ack(triple, due, System.nanoTime(), node.id(), stored.version());
                    synchronized (acknowledged) {
                        acknowledged.add(ack);
                    }
                    return;
                }
                case Answer.Strange(var what) -> {
                    strange = what;
                    return;
                }
                case Answer _ -> {
                    at = (nodes.indexOf(node) + 1) % nodes.size();
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        }
    }
}
