package dev.squall.bench.failover;

import dev.squall.base.Failure;
import dev.squall.bench.node.Looks;
import dev.squall.bench.node.ServerNode;
import dev.squall.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Many changes of the view in a row, under load: the last two nodes are killed and terminated by
 * turns and started again, while the others live through all of it. Changes are counted by the
 * view's number: a loss and a return are two. Every {@value #EVERY} changes the memory and the
 * handles of those that live are written down.
 *
 * <p>The pool keeps a fixed number of versions: what grows (see {@link Looks}) grows with the
 * changes.
 */
public final class ChangesRun {

    /** Changes between two looks at the processes. */
    static final int EVERY = 20;

    /** Puts a second unless asked for otherwise: what matters here is the changes. */
    private static final int RATE_DEFAULT = 200;

    private static final String POOL = ",\"retention\":{\"versions\":2000}";

    private final FailoverPlan plan;
    private final PrintWriter progress;
    private final Looks looks = new Looks();
    private final Histogram latencies = new Histogram(3);

    public ChangesRun(FailoverPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs until there were so many changes. */
    public Outcome run() throws IOException, InterruptedException {
        try (var stage = new Stage(plan, Looks.FIXED_HEAP, POOL, progress)) {
            var lanes = stage.lanes(plan.rate() == 0 ? RATE_DEFAULT : plan.rate());
            stage.untilPutsGoOn(lanes, 0, Duration.ofSeconds(1));
            long begin = System.nanoTime();
            long first = stage.view(stage.node(1));
            look(stage, 0);
            long changes = 0;
            for (int turn = 0; changes < plan.changes(); turn++) {
                change(stage, lanes, turn);
                long before = changes;
                changes = stage.view(stage.node(1)) - first;
                if (changes <= before) {
                    throw new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "the view did not change when a node was lost and came back");
                }
                if (changes / EVERY > before / EVERY) {
                    look(stage, changes);
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            lanes.stop();
            stage.take(lanes);
            stage.audit(stage.node(1));
            return outcome(stage, changes, latencies.getTotalCount() / seconds);
        }
    }

    private void change(Stage stage, Lanes lanes, int turn) throws InterruptedException {
        var victim = stage.node(plan.nodes() - turn % 2);
        long view = stage.view(stage.node(1));
        if (turn / 2 % 2 == 0) {
            victim.kill();
        } else {
            victim.terminate();
        }
        if (!victim.awaitEnd()) {
            throw victim.failure("did not end after SIGTERM");
        }
        var around = new ArrayList<>(stage.untilPutsGoOn(lanes, victim.id(), Duration.ZERO));
        long end = System.nanoTime() + Stage.STILL_MAX.toNanos();
        while (stage.view(stage.node(1)) == view && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        victim.start();
        stage.cluster().mustBecomeWhole(Stage.WHOLE);
        around.addAll(stage.acks(lanes));
        around.forEach(a -> latencies.recordValue(Math.max(0, a.completed() - a.due())));
        lanes.home();
        stage.audit(stage.node(1 + turn % (plan.nodes() - 2)));
    }

    private List<ServerNode> living(Stage stage) {
        return stage.cluster().nodes().subList(0, plan.nodes() - 2);
    }

    private void look(Stage stage, long changes) {
        var look = looks.at(living(stage), String.format(Locale.ROOT, "%4d changes", changes));
        stage.say("%s; lost %d, twice %d", look, stage.audit().lost(), stage.audit().twice());
    }

    private Outcome outcome(Stage stage, long changes, double perSecond) {
        var grown = looks.growth(1);
        var figures = new LinkedHashMap<String, Object>();
        figures.put("changes", changes);
        figures.put("acknowledged", stage.audit().acknowledged());
        figures.put("lost", stage.audit().lost());
        figures.put("applied_twice", stage.audit().twice());
        figures.put("violations", stage.audit().wrong());
        figures.put("grown", grown);
        var lines = new ArrayList<String>();
        looks.all().forEach(look -> lines.add(look.toString()));
        figures.forEach((name, value) -> lines.add(name + " " + value));
        figures.put("looks", looks.all());
        var row =
                Row.of(
                        "squall",
                        "put under changes",
                        plan.size(),
                        plan.nodes(),
                        perSecond,
                        null,
                        latencies);
        boolean clean = stage.audit().lost() == 0 && stage.audit().twice() == 0 && grown.isEmpty();
        return new Outcome(List.of(row), figures, lines, clean);
    }
}
