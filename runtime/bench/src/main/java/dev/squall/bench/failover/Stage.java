package dev.squall.bench.failover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.bench.node.Cleanup;
import dev.squall.bench.node.Loopback;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerCluster;
import dev.squall.bench.node.ServerNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A cluster with one persistent shard that all nodes hold, lanes that put into it, and the
 * questions that both benches of this package ask. Used by one thread.
 */
final class Stage implements AutoCloseable {

    static final String POOL = "failover";

    /** How long nodes may take to become whole: 60 s. */
    static final Duration WHOLE = Duration.ofSeconds(60);

    /** How long puts may stand still before the bench gives up: 30 s. */
    static final Duration STILL_MAX = Duration.ofSeconds(30);

    /** How long the greatest rate is measured, after as long a start: 4 s. */
    private static final int MEASURE_MILLIS = 4_000;

    /** Puts go on when the last one was acknowledged so lately: 200 ms. */
    private static final long FRESH_NANOS = 200_000_000;

    private final Cleanup cleanup = new Cleanup();
    private final NodeClient http = new NodeClient();
    private final FailoverPlan plan;
    private final PrintWriter progress;
    private final ServerCluster cluster;
    private final List<Ack> acks = new ArrayList<>();
    private final List<List<Ack>> unaudited = new ArrayList<>();
    private final Audit audit = new Audit(http);
    private int life;

    /**
     * Starts the nodes and makes the pool.
     *
     * @param settings of every node
     * @param pool its description beside store, shards and replicas
     */
    Stage(FailoverPlan plan, List<String> settings, String pool, PrintWriter progress)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.progress = progress;
        try {
            this.cluster =
                    ServerCluster.start(
                            new ServerCluster.Plan(
                                    plan.nodes(),
                                    plan.suspectMillis(),
                                    new Loopback(),
                                    cleanup.directory(plan.data()),
                                    false,
                                    settings),
                            http,
                            cleanup);
            cluster.mustBecomeWhole(WHOLE);
            http.pool(
                    cluster.nodes().getFirst(),
                    POOL,
                    "{\"store\":\"persistent\",\"shards\":1,\"replicas\":%d%s}"
                            .formatted(plan.nodes(), pool));
            cluster.mustBecomeWhole(WHOLE);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
        for (int i = 0; i < Lanes.COUNT; i++) {
            unaudited.add(new ArrayList<>());
        }
    }

    ServerCluster cluster() {
        return cluster;
    }

    Audit audit() {
        return audit;
    }

    ServerNode node(int id) {
        return cluster.nodes().get(id - 1);
    }

    /** Starts lanes at a rate; 0 = the greatest. */
    Lanes lanes(double perSecond) {
        return new Lanes(POOL, ++life, http, cluster.nodes(), plan.size(), perSecond);
    }

    /** The rate to offer: as asked for, or half of what is the most, which is measured. */
    double rate() throws InterruptedException {
        if (plan.rate() > 0) {
            return plan.rate();
        }
        var lanes = lanes(0);
        Thread.sleep(MEASURE_MILLIS);
        take(lanes);
        acks.clear();
        Thread.sleep(MEASURE_MILLIS);
        take(lanes);
        double most = acks.size() * 1000.0 / MEASURE_MILLIS;
        acks.clear();
        lanes.stop();
        take(lanes);
        acks.clear();
        say(
                "at most %.0f puts of %d bytes a second over %d lanes; half of it is offered",
                most, plan.size(), Lanes.COUNT);
        return most / 2;
    }

    /** Hears what was acknowledged meanwhile. */
    void take(Lanes lanes) {
        var taken = lanes.take();
        for (int i = 0; i < taken.size(); i++) {
            acks.addAll(taken.get(i));
            unaudited.get(i).addAll(taken.get(i));
        }
    }

    /** What was acknowledged since this was last asked, of all lanes. */
    List<Ack> acks(Lanes lanes) {
        take(lanes);
        var taken = List.copyOf(acks);
        acks.clear();
        return taken;
    }

    /**
     * Waits until puts go on at the nodes other than one, and for some time at least. Returns what
     * was acknowledged from a moment before.
     */
    List<Ack> untilPutsGoOn(Lanes lanes, int without, Duration least) throws InterruptedException {
        long begin = System.nanoTime();
        var heard = new ArrayList<Ack>();
        while (true) {
            Thread.sleep(50);
            heard.addAll(acks(lanes));
            long now = System.nanoTime();
            boolean fresh =
                    heard.stream()
                            .anyMatch(
                                    a -> a.node() != without && now - a.completed() < FRESH_NANOS);
            if (fresh && now - begin > least.toNanos()) {
                return heard;
            }
            if (now - begin > STILL_MAX.toNanos()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "no node acknowledges puts %d s after node %d was lost: %s"
                                .formatted(STILL_MAX.toSeconds(), without, reasons()));
            }
        }
    }

    private List<String> reasons() throws InterruptedException {
        var reasons = new ArrayList<String>();
        for (var node : cluster.nodes()) {
            var state = http.show(node, "/v1/cluster");
            reasons.add(
                    "node %d %s"
                            .formatted(
                                    node.id(),
                                    state.map(s ->
                                                    s.path("state").asText()
                                                            + " "
                                                            + s.path("reason").asText())
                                            .orElse("does not answer")));
        }
        return reasons;
    }

    /** The view that a node is in. */
    long view(ServerNode node) throws InterruptedException {
        return http.show(node, "/v1/cluster").map(c -> c.path("view").asLong()).orElse(0L);
    }

    /** The leader of the shard, for a node. */
    int leader(ServerNode node) throws InterruptedException {
        JsonNode cluster =
                http.show(node, "/v1/cluster")
                        .orElseThrow(() -> node.failure("does not show the cluster"));
        for (var shard : cluster.path("shards")) {
            if (shard.path("pool").asText().equals(POOL)) {
                return shard.path("leader").asInt(shard.path("members").path(0).asInt());
            }
        }
        throw node.failure("does not know the pool " + POOL);
    }

    /** Holds what was acknowledged so far against what a node keeps. */
    void audit(ServerNode node) throws InterruptedException {
        for (int i = 0; i < unaudited.size(); i++) {
            var own = List.copyOf(unaudited.get(i));
            unaudited.get(i).clear();
            audit.look(node, Lanes.key(POOL, i), own);
        }
    }

    /** Tells those who wait. */
    void say(String format, Object... arguments) {
        progress.printf(Locale.ROOT, format + "%n", arguments);
        progress.flush();
    }

    @Override
    public void close() {
        http.close();
        cleanup.close();
    }
}
