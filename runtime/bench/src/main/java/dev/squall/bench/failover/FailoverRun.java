package dev.squall.bench.failover;

import dev.squall.bench.node.ServerNode;
import dev.squall.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Kills a node under an open loop of puts, round after round. The interruption is the longest time
 * between two acknowledged puts around the kill, as seen by clients of the nodes that live; the
 * latency of a put runs from when it was due, so it holds the time that it waited for its turn.
 */
public final class FailoverRun {

    /** How long the others are watched after a kill, at least: 2 s. */
    private static final Duration WATCH = Duration.ofSeconds(2);

    private final FailoverPlan plan;
    private final PrintWriter progress;
    private final Histogram interruptions = new Histogram(3);
    private final Histogram joins = new Histogram(3);
    private final Histogram latencies = new Histogram(3);
    private final List<Map<String, Object>> rounds = new ArrayList<>();

    public FailoverRun(FailoverPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs the rounds. */
    public Outcome run() throws IOException, InterruptedException {
        var random = new Random(plan.seed());
        try (var stage = new Stage(plan, List.of(), "", progress)) {
            double rate = stage.rate();
            var lanes = stage.lanes(rate);
            long begin = System.nanoTime();
            stage.untilPutsGoOn(lanes, 0, Duration.ofSeconds(1));
            for (int round = 1; round <= plan.kills(); round++) {
                round(stage, lanes, round, random);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            lanes.stop();
            stage.take(lanes);
            stage.audit(stage.node(1));
            return outcome(stage, rate, latencies.getTotalCount() / seconds);
        }
    }

    private void round(Stage stage, Lanes lanes, int round, Random random)
            throws InterruptedException {
        var victim = victim(stage, random);
        long killed = System.nanoTime();
        victim.kill();
        victim.awaitEnd();
        var around = stage.untilPutsGoOn(lanes, victim.id(), WATCH);
        long gap = Gap.longest(around, victim.id(), killed, System.nanoTime());
        long started = System.nanoTime();
        victim.start();
        stage.cluster().mustBecomeWhole(Stage.WHOLE);
        long whole = System.nanoTime();
        var after = stage.acks(lanes);
        long joinGap = Gap.longest(after, victim.id(), started, whole);
        lanes.home();
        around.forEach(a -> latencies.recordValue(Math.max(0, a.completed() - a.due())));
        after.forEach(a -> latencies.recordValue(Math.max(0, a.completed() - a.due())));
        interruptions.recordValue(gap);
        joins.recordValue(joinGap);
        stage.audit(stage.node(1 + round % plan.nodes()));
        var figures = new LinkedHashMap<String, Object>();
        figures.put("node", victim.id());
        figures.put("interruption_ms", millis(gap));
        figures.put("join_interruption_ms", millis(joinGap));
        figures.put("member_again_ms", millis(whole - started));
        rounds.add(figures);
        stage.say(
                "round %d: node %d killed, puts stood still for %.1f ms; started, a member again"
                        + " after %.2f s, puts stood still for %.1f ms; lost %d, twice %d",
                round,
                victim.id(),
                gap / 1e6,
                (whole - started) / 1e9,
                joinGap / 1e6,
                stage.audit().lost(),
                stage.audit().twice());
    }

    private ServerNode victim(Stage stage, Random random) throws InterruptedException {
        int any = 1 + random.nextInt(plan.nodes());
        int leader = stage.leader(stage.node(any));
        return stage.node(
                switch (plan.target()) {
                    case LEADER -> leader;
                    case ANY -> any;
                    case FOLLOWER -> any == leader ? 1 + leader % plan.nodes() : any;
                });
    }

    private Outcome outcome(Stage stage, double rate, double perSecond) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("kills", plan.kills());
        figures.put("target", plan.target().word());
        figures.put("offered_per_s", Math.round(rate));
        figures.put("interruption_p50_ms", millis(interruptions.getValueAtPercentile(50)));
        figures.put("interruption_p99_ms", millis(interruptions.getValueAtPercentile(99)));
        figures.put("interruption_max_ms", millis(interruptions.getMaxValue()));
        figures.put("join_interruption_max_ms", millis(joins.getMaxValue()));
        figures.put("acknowledged", stage.audit().acknowledged());
        figures.put("lost", stage.audit().lost());
        figures.put("applied_twice", stage.audit().twice());
        figures.put("violations", stage.audit().wrong());
        var lines = new ArrayList<String>();
        figures.forEach((name, value) -> lines.add(name + " " + value));
        figures.put("rounds", rounds);
        var row =
                Row.of(
                        "squall",
                        "put under kills",
                        plan.size(),
                        plan.nodes(),
                        perSecond,
                        null,
                        latencies);
        boolean clean = stage.audit().lost() == 0 && stage.audit().twice() == 0;
        return new Outcome(List.of(row), figures, lines, clean);
    }

    static double millis(long nanos) {
        return Math.round(nanos / 1e5) / 10.0;
    }
}
