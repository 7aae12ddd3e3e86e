package dev.squall.bench.chaos;

import dev.squall.bench.node.Answer;
import dev.squall.bench.node.Cleanup;
import dev.squall.bench.node.Loopback;
import dev.squall.bench.node.Namespaces;
import dev.squall.bench.node.Network;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.NodeClient.Version;
import dev.squall.bench.node.ServerCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * One run: starts real nodes with a persistent and a volatile pool that every node holds, lets
 * clients work while faults are made and mended one after the other, then reads everything back and
 * judges. What is held against what:
 *
 * <ul>
 *   <li>writes and compare-and-sets are linearizable on each key ({@link Linearizability}). Reads
 *       of the newest are local to a node, and so are stable ones: they may be behind, and only
 *       what {@link ReadCheck} says is demanded of them. {@code --linear-reads} demands of stable
 *       reads that they are linearizable too;
 *   <li>no acknowledged write is lost, none is there twice, all nodes keep the same ({@link
 *       LedgerCheck});
 *   <li>reads at a time are consistent cuts, and remain so ({@link CutCheck}).
 * </ul>
 *
 * <p>When the nodes do not find together again by themselves, that is told as a violation, all are
 * restarted, and the run goes on.
 */
public final class ChaosRun {

    /** Keys of the volatile pool. */
    private static final String FLEETING = "/fleeting/";

    /** How long the nodes may take to start: 60 s. */
    private static final Duration START = Duration.ofSeconds(60);

    /** How long the nodes may take to keep the same once nobody writes: 20 s. */
    private static final Duration CONVERGE = Duration.ofSeconds(20);

    /** Between two faults: 300 ms, and up to 1 s more. */
    private static final int CALM_MILLIS_MIN = 300;

    private static final int CALM_MILLIS_MAX = 1_300;

    /** Reads at a time that are made again in the end: 300. */
    private static final int CUTS_AGAIN_MAX = 300;

    private final ChaosPlan plan;
    private final PrintWriter progress;
    private final Random random;
    private final Recording recording = new Recording();
    private final List<Fault> faults = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private boolean emptied;
    private long began;

    public ChaosRun(ChaosPlan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
        this.random = new Random(plan.seed());
    }

    /** Runs, and returns what came out. */
    public ChaosReport run() throws InterruptedException, IOException {
        try (var cleanup = new Cleanup();
                var http = new NodeClient()) {
            var network = network(cleanup);
            var cluster =
                    ServerCluster.start(
                            new ServerCluster.Plan(
                                    plan.nodes(),
                                    plan.suspectMillis(),
                                    network,
                                    cleanup.directory(plan.data()),
                                    plan.faults().contains(FaultKind.DISK),
                                    List.of()),
                            http,
                            cleanup);
            began = System.nanoTime();
            cluster.mustBecomeWhole(START);
            return under(cluster, network, http);
        }
    }

    private Network network(Cleanup cleanup) {
        boolean wanted = plan.faults().contains(FaultKind.PARTITION);
        return wanted && Namespaces.possible()
                ? Namespaces.create(plan.nodes(), cleanup)
                : new Loopback();
    }

    private ChaosReport under(ServerCluster cluster, Network network, NodeClient http)
            throws InterruptedException, IOException {
        var keys = keys();
        for (var store : Map.of("kept", "persistent", "fleeting", "volatile").entrySet()) {
            http.pool(
                    cluster.nodes().getFirst(),
                    store.getKey(),
                    "{\"store\":\"%s\",\"shards\":2,\"replicas\":%d}"
                            .formatted(store.getValue(), plan.nodes()));
        }
        cluster.mustBecomeWhole(START);
        say("%d nodes are whole; %d clients begin", plan.nodes(), plan.clients());
        var clients = new ArrayList<ChaosClient>();
        var threads = new ArrayList<Thread>();
        for (int i = 1; i <= plan.clients(); i++) {
            var client =
                    new ChaosClient(
                            i,
                            new Random(random.nextLong()),
                            http,
                            cluster.nodes(),
                            keys,
                            recording);
            clients.add(client);
            threads.add(Thread.ofVirtual().name("client-" + i).start(client));
        }
        long begin = System.nanoTime();
        disturb(cluster, network);
        double seconds = (System.nanoTime() - begin) / 1e9;
        clients.forEach(ChaosClient::stop);
        for (var thread : threads) {
            thread.join();
        }
        heal(cluster);
        say("the clients have ended; reading back");
        if (emptied) {
            recording.forget(FLEETING);
            keys.removeIf(key -> key.startsWith(FLEETING));
            skipped.add("the volatile pool: all nodes were restarted, which empties it");
        }
        var kept = kept(cluster, http, keys);
        again(cluster, http);
        var judgement = Judgement.of(recording, kept, plan.linearReads());
        return new ChaosReport(plan, seconds, recording, faults, skipped, judgement);
    }

    /** The keys of both pools. After all nodes were killed, the volatile one has lost its own. */
    private List<String> keys() {
        var keys = new ArrayList<String>();
        for (int i = 0; i < plan.keys(); i++) {
            keys.add("/kept/k" + i);
            if (!plan.faults().contains(FaultKind.ALL)) {
                keys.add(FLEETING + "k" + i);
            }
        }
        return keys;
    }

    private void disturb(ServerCluster cluster, Network network)
            throws InterruptedException, IOException {
        var kinds = Faults.possible(plan.faults(), network, cluster, skipped);
        skipped.forEach(why -> say("skipped %s", why));
        var driver = new Faults(cluster, network, plan.suspectMillis(), random, recording);
        long end = System.nanoTime() + plan.seconds() * 1_000_000_000L;
        while (System.nanoTime() < end) {
            Thread.sleep(random.nextInt(CALM_MILLIS_MIN, CALM_MILLIS_MAX));
            if (!kinds.isEmpty()) {
                var kind = kinds.get(random.nextInt(kinds.size()));
                var made = driver.make(kind);
                long whole = heal(cluster) ? System.nanoTime() : Operation.NEVER;
                var fault = new Fault(kind, made.what(), made.at(), made.mended(), whole);
                faults.add(fault);
                say(
                        "%s: %s; whole again %s",
                        kind.word(),
                        fault.what(),
                        whole == Operation.NEVER
                                ? "only after a restart of all"
                                : "%.2f s after it was mended"
                                        .formatted((whole - made.mended()) / 1e9));
            }
        }
    }

    /** Waits until all are full members. Returns whether they got there by themselves. */
    private boolean heal(ServerCluster cluster) throws InterruptedException {
        var late = cluster.awaitWhole(Duration.ofSeconds(plan.healSeconds()));
        if (late.isEmpty()) {
            return true;
        }
        recording.strange(
                "%d s after the last fault was mended, not whole for %s"
                        .formatted(
                                plan.healSeconds(),
                                late.stream()
                                        .map(n ->
                                                "node %d (%s)"
                                                        .formatted(
                                                                n.id(),
                                                                n.alive() ? "running" : "ended"))
                                        .toList()));
        emptied = true;
        cluster.restartAll();
        cluster.mustBecomeWhole(START);
        return false;
    }

    /** Everything that every node keeps, once all keep the same or the time for that is over. */
    private Kept kept(ServerCluster cluster, NodeClient http, List<String> keys)
            throws InterruptedException {
        long end = System.nanoTime() + CONVERGE.toNanos();
        while (true) {
            Map<Integer, Map<String, List<Version>>> byNode = new TreeMap<>();
            for (var node : cluster.nodes()) {
                Map<String, List<Version>> histories = new TreeMap<>();
                for (var key : keys) {
                    histories.put(key, http.history(node, key, 0));
                }
                byNode.put(node.id(), histories);
            }
            var kept = new Kept(byNode);
            if (kept.differences().isEmpty() || System.nanoTime() > end) {
                return kept;
            }
            Thread.sleep(500);
        }
    }

    /** Makes some of the reads at a time again, at any node: they must show what they showed. */
    private void again(ServerCluster cluster, NodeClient http) throws InterruptedException {
        var cuts = recording.cuts();
        for (int i = 0; i < Math.min(CUTS_AGAIN_MAX, cuts.size()); i++) {
            var first = cuts.get(random.nextInt(cuts.size()));
            var node = cluster.nodes().get(random.nextInt(plan.nodes()));
            var second = ChaosClient.cut(http, node, first.key(), first.micros());
            if (second.read().isEmpty()) {
                recording.strange("not answered again: %s: %s".formatted(first, second.answer()));
            } else if (second.read().getFirst().version() != first.version()) {
                recording.strange(
                        "a past has changed: %s, then %s"
                                .formatted(first, second.read().getFirst()));
            }
            if (second.answer() instanceof Answer.Strange(var what)) {
                recording.strange(what);
            }
        }
    }

    private void say(String format, Object... arguments) {
        progress.printf(Locale.ROOT, "%6.1f s  ", (System.nanoTime() - began) / 1e9);
        progress.printf(Locale.ROOT, format + "%n", arguments);
        progress.flush();
    }
}
