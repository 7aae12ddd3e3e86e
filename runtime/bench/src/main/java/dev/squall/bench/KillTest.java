package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.MemberProcess;
import dev.squall.bench.cluster.Program;
import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.kill.Entry;
import dev.squall.bench.kill.Ledger;
import dev.squall.bench.member.Message;
import dev.squall.store.PoolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code squall bench kill}: does what was acknowledged durable survive? Real processes put durably
 * at full speed from every member at once and tell each answer; all are killed with SIGKILL at a
 * random moment and started again on the same data; then every member must hold what {@link Ledger}
 * says. One round is one such kill; nothing is forgotten between rounds.
 *
 * <p>In every other round the members die one after the other, a few milliseconds apart, so that
 * the last ones see the others go.
 *
 * <p><b>What it does not show.</b> A killed process leaves the kernel's page cache alone: that the
 * disk was really asked to keep what was acknowledged must be shown by other means.
 */
@Command(
        name = "kill",
        description =
                "Kill all members under durable puts, again and again, and check that nothing"
                        + " acknowledged is lost. Exit code 1 at the first violation.")
public final class KillTest extends BenchCommand implements Callable<Integer> {

    private static final String POOL = "kill";

    /** The shortest time under load: 100 ms. */
    private static final int LOAD_MILLIS_MIN = 100;

    /** The longest time between two deaths of a round: 20 ms. */
    private static final int STAGGER_MILLIS_MAX = 20;

    /** Violations that are printed. */
    private static final int PRINTED_MAX = 10;

    @Option(names = "--rounds", defaultValue = "5", paramLabel = "N", description = "Default: 5.")
    private int rounds;

    @Option(
            names = "--nodes",
            defaultValue = "3",
            paramLabel = "N",
            description = "Members (default: 3).")
    private int nodes;

    @Option(
            names = "--load-millis",
            defaultValue = "2000",
            paramLabel = "MS",
            description = "The longest time under load before a kill (default: 2000).")
    private int loadMillisMax;

    @Option(
            names = "--size",
            defaultValue = "4096",
            paramLabel = "B",
            description = "The largest object; sizes are random (default: 4096).")
    private int sizeMax;

    @Option(
            names = "--depth",
            defaultValue = "16",
            paramLabel = "D",
            description = "Puts under way at each member (default: 16).")
    private int depth;

    @Option(
            names = "--keys",
            defaultValue = "100",
            paramLabel = "K",
            description = "Keys, the same for all members (default: 100).")
    private int keys;

    @Option(
            names = "--shards",
            defaultValue = "2",
            paramLabel = "S",
            description = "Shards (default: 2).")
    private int shards;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Draws the moments of the kills (default: random, printed).")
    private @Nullable Long seed;

    @Mixin private final DataOption data = new DataOption();

    private final Ledger ledger = new Ledger();

    @Override
    public Integer call() throws Exception {
        check();
        long drawn = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        progress().printf("seed %d, %s%n", drawn, MachineLoad.now());
        var recoveries = new ArrayList<Double>();
        var wrong = run(new Random(drawn), recoveries);
        wrong.stream().limit(PRINTED_MAX).forEach(out()::println);
        out().printf(
                        Locale.ROOT,
                        "rounds %d, puts acknowledged %d, versions found %d, lost %d, violations"
                                + " %d, recovery mean %.2f s, max %.2f s%n",
                        recoveries.size(),
                        ledger.acknowledgedCount(),
                        ledger.foundCount(),
                        ledger.lost(),
                        wrong.size(),
                        recoveries.stream().mapToDouble(d -> d).average().orElse(0),
                        recoveries.stream().mapToDouble(d -> d).max().orElse(0));
        out().flush();
        return wrong.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void check() {
        between("--rounds", rounds, 1, 1_000_000);
        between("--nodes", nodes, 1, Cluster.NODES_MAX);
        between("--load-millis", loadMillisMax, LOAD_MILLIS_MIN, 3_600_000);
        between("--size", sizeMax, 20, 16 << 20);
        between("--depth", depth, 1, LoadOptions.DEPTH_MAX);
        between("--keys", keys, 1, 1_000_000);
        between("--shards", shards, 1, PoolSpec.SHARDS_MAX);
    }

    private static void between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%s is %d; allowed are %d to %d".formatted(name, value, least, most));
        }
    }

    /** Runs the rounds, at most up to the first in which something is wrong; says what. */
    private List<String> run(Random random, List<Double> recoveries) throws Exception {
        List<String> wrong = List.of();
        try (var scratch = Scratch.in(data.directory());
                var cluster =
                        Cluster.start(nodes, Program.squall("auto"), scratch.path(), List.of())) {
            cluster.members().getFirst().ask(pool());
            for (int round = 1; round <= rounds && wrong.isEmpty(); round++) {
                long before = ledger.acknowledgedCount();
                int millis = underLoad(cluster, round, random);
                long begin = System.nanoTime();
                cluster.start();
                recoveries.add((System.nanoTime() - begin) / 1e9);
                wrong = ledger.check(histories(cluster));
                progress()
                        .printf(
                                Locale.ROOT,
                                "round %d: killed after %d ms and %d acknowledged puts, serving"
                                        + " again after %.2f s, %d versions, %d violations%n",
                                round,
                                millis,
                                ledger.acknowledgedCount() - before,
                                recoveries.getLast(),
                                ledger.foundCount(),
                                wrong.size());
                progress().flush();
            }
        }
        return wrong;
    }

    private Message pool() {
        return Message.of(
                "pool",
                "name",
                POOL,
                "store",
                "persistent",
                "shards",
                shards,
                "replicas",
                nodes,
                "senders",
                "all",
                "bytes",
                0);
    }

    /** Loads the cluster and kills it. Returns how long it was under load. */
    private int underLoad(Cluster cluster, int round, Random random) throws InterruptedException {
        cluster.forEach(m -> m.listen(message -> ledger.acknowledged(Entry.read(message))));
        Cluster.ask(
                cluster.members(),
                Message.of(
                        "storm", "pool", POOL, "size", sizeMax, "keys", keys, "depth", depth,
                        "life", round));
        int millis = random.nextInt(LOAD_MILLIS_MIN, loadMillisMax + 1);
        Thread.sleep(millis);
        boolean together = round % 2 == 1;
        cluster.kill(() -> together ? 0 : random.nextInt(STAGGER_MILLIS_MAX));
        return millis;
    }

    /** Everything that each member holds. */
    private static Map<Integer, List<Entry>> histories(Cluster cluster) {
        var histories = new TreeMap<Integer, List<Entry>>();
        for (MemberProcess member : cluster.members()) {
            var history = new ArrayList<Entry>();
            member.listen(message -> history.add(Entry.read(message)));
            member.ask(Message.of("dump", "pool", POOL));
            histories.put(member.id(), history);
        }
        return histories;
    }
}
