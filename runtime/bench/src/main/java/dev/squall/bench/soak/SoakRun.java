package dev.squall.bench.soak;

import dev.squall.base.Failure;
import dev.squall.bench.node.Cleanup;
import dev.squall.bench.node.Looks;
import dev.squall.bench.node.Loopback;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerCluster;
import dev.squall.bench.node.ServerNode;
import dev.squall.memory.Region;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Real nodes under puts, gets, reads of the past and watches, as fast as the callers go, while
 * retention drops what is old: what they hold must not grow. Memory and handles are looked at again
 * and again; what counts is from a quarter of the time on, when the pools are full.
 */
public final class SoakRun {

    /** Looks in a run. */
    private static final int LOOKS = 40;

    /** The look at which the pools are full. */
    private static final int WARM = LOOKS / 4;

    /** After a collection memory is given back by another thread: 1 s. */
    private static final long FREED_MILLIS = 1000;

    /** How long nodes may take to become whole: 60 s. */
    private static final Duration WHOLE = Duration.ofSeconds(60);

    private static final long SUSPECT_MILLIS = 4000;
    private static final String KEPT = "kept";
    private static final String FLEETING = "fleeting";
    private static final int SHARDS = 2;
    private static final int VERSIONS = 20;

    /** The slow watcher waits so long after each thousand changes: 1 s. */
    private static final long SLOW_MILLIS = 1000;

    private final SoakPlan plan;
    private final PrintWriter progress;
    private final Looks looks = new Looks();
    private final Caller.Tally tally = new Caller.Tally();

    public SoakRun(SoakPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * What came out.
     *
     * @param clean whether nothing grew, came out of order or was strange
     */
    public record Result(Map<String, Object> figures, List<String> lines, boolean clean) {}

    /** Runs to the end. */
    public Result run() throws IOException, InterruptedException {
        try (var cleanup = new Cleanup();
                var http = new NodeClient()) {
            var cluster = start(http, cleanup);
            var node = cluster.nodes().getFirst();
            var fast = new Watcher(node, KEPT, 0);
            var slow = new Watcher(cluster.nodes().getLast(), KEPT, SLOW_MILLIS);
            var callers = callers(http, cluster);
            cleanup.add(fast::close);
            cleanup.add(slow::close);
            var threads = new ArrayList<Thread>();
            Stream.concat(Stream.of(fast, slow), callers.stream())
                    .forEach(r -> threads.add(Thread.startVirtualThread(r)));
            for (int i = 0; i <= LOOKS; i++) {
                if (i == WARM || i == LOOKS) {
                    collect(cluster);
                }
                look(cluster, i, fast);
                TimeUnit.MILLISECONDS.sleep(plan.seconds() * 1000L / LOOKS);
            }
            callers.forEach(Caller::stop);
            var result = result(fast, slow);
            threads.forEach(Thread::interrupt);
            return result;
        }
    }

    private ServerCluster start(NodeClient http, Cleanup cleanup)
            throws IOException, InterruptedException {
        var cluster =
                ServerCluster.start(
                        new ServerCluster.Plan(
                                plan.nodes(),
                                SUSPECT_MILLIS,
                                new Loopback(),
                                cleanup.directory(plan.data()),
                                false,
                                Looks.FIXED_HEAP),
                        http,
                        cleanup);
        cluster.mustBecomeWhole(WHOLE);
        pool(http, cluster, KEPT, "persistent", "bytes", plan.retainBytes());
        pool(http, cluster, FLEETING, "volatile", "versions", VERSIONS);
        cluster.mustBecomeWhole(WHOLE);
        return cluster;
    }

    private void pool(
            NodeClient http,
            ServerCluster cluster,
            String name,
            String store,
            String retained,
            long much)
            throws InterruptedException {
        var body =
                """
                {"store":"%s","shards":%d,"replicas":%d,"retention":{"%s":%d}}\
                """
                        .formatted(store, SHARDS, plan.nodes(), retained, much);
        http.pool(cluster.nodes().getFirst(), name, body);
    }

    private List<Caller> callers(NodeClient http, ServerCluster cluster) {
        var callers = new ArrayList<Caller>();
        for (int i = 0; i < 2 * plan.clients(); i++) {
            boolean puts = i % 2 == 0;
            var pools = List.of(KEPT, FLEETING);
            callers.add(new Caller(i, puts, http, cluster.nodes(), pools, plan, tally));
        }
        return callers;
    }

    /**
     * Memory that was dropped waits for the collector, 512 MiB of it at most ({@link Region}): what
     * is compared is what remains.
     */
    private static void collect(ServerCluster cluster) throws InterruptedException {
        cluster.nodes().forEach(ServerNode::collect);
        TimeUnit.MILLISECONDS.sleep(FREED_MILLIS);
    }

    private void look(ServerCluster cluster, int number, Watcher fast) {
        for (var node : cluster.nodes()) {
            if (!node.alive()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE, "node %d has ended".formatted(node.id()));
            }
        }
        long second = (long) number * plan.seconds() / LOOKS;
        var look = looks.at(cluster.nodes(), String.format(Locale.ROOT, "%5d s", second));
        progress.printf(
                Locale.ROOT,
                "%s; %d puts, %d gets, %d changes watched%n",
                look,
                tally.stored().sum(),
                tally.found().sum(),
                fast.changes());
        progress.flush();
    }

    private Result result(Watcher fast, Watcher slow) {
        var grown = looks.growth(WARM);
        var wrong = new ArrayList<String>();
        for (var watcher : List.of(fast, slow)) {
            var what = watcher.wrong();
            if (what != null) {
                wrong.add(what);
            }
        }
        var figures = new LinkedHashMap<String, Object>();
        figures.put("seconds", plan.seconds());
        figures.put("puts", tally.stored().sum());
        figures.put("gets", tally.found().sum());
        figures.put("refused", tally.refused().sum());
        figures.put("strange", tally.strange().sum());
        figures.put("watched_by_the_fast", fast.changes());
        figures.put("watched_by_the_slow", slow.changes());
        figures.put("the_slow_was_overtaken", slow.trimmed());
        figures.put("wrong", wrong);
        figures.put("grown", grown);
        var lines = new ArrayList<String>();
        figures.forEach((name, value) -> lines.add(name + " " + value));
        figures.put("looks", looks.all());
        boolean clean = grown.isEmpty() && wrong.isEmpty() && tally.strange().sum() == 0;
        return new Result(figures, lines, clean);
    }
}
