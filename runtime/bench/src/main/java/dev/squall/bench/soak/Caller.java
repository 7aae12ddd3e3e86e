package dev.squall.bench.soak;

import dev.squall.bench.node.Answer;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerNode;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts random keys, or gets them, newest or at a time of a moment ago, one call after the other.
 * Runs on a thread of its own.
 */
final class Caller implements Runnable {

    /** Before a call that was refused is made again: 5 ms. */
    private static final long RETRY_MILLIS = 5;

    /** How far back the past lies that is read: 200 ms. */
    private static final long PAST_MICROS = 200_000;

    private final NodeClient http;
    private final List<ServerNode> nodes;
    private final List<String> pools;
    private final SoakPlan plan;
    private final Random random;
    private final String producer;
    private final boolean puts;
    private final byte[] bytes;
    private final Tally tally;
    private volatile boolean stopping;

    /** What all callers have done. */
    record Tally(LongAdder stored, LongAdder found, LongAdder refused, LongAdder strange) {

        Tally() {
            this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    /**
     * @param puts whether it puts
     */
    Caller(
            int number,
            boolean puts,
            NodeClient http,
            List<ServerNode> nodes,
            List<String> pools,
            SoakPlan plan,
            Tally tally) {
        this.http = http;
        this.nodes = nodes;
        this.pools = pools;
        this.plan = plan;
        this.random = new Random(number);
        this.producer = "soak" + number + "/1/";
        this.tally = tally;
        this.puts = puts;
        this.bytes = new byte[plan.size()];
        random.nextBytes(bytes);
    }

    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try {
            for (long call = 1; !stopping; call++) {
                count(call(call));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer call(long number) throws InterruptedException {
        var node = nodes.get(random.nextInt(nodes.size()));
        var pool = pools.get(random.nextInt(pools.size()));
        var key = "/%s/%d".formatted(pool, random.nextInt(plan.keys()));
        if (puts) {
            return http.put(node, key, bytes, -1, producer + number);
        }
        long past = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()) - PAST_MICROS;
        return http.get(node, key, random.nextBoolean() ? "" : "?at=" + past);
    }

    private void count(Answer answer) throws InterruptedException {
        switch (answer) {
            case Answer.Stored _ -> tally.stored.increment();
            case Answer.Found _, Answer.Absent _ -> tally.found.increment();
            case Answer.Strange _ -> tally.strange.increment();
            case Answer _ -> {
                tally.refused.increment();
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }
}
