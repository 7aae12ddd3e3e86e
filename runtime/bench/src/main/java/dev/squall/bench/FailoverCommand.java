package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.failover.ChangesRun;
import dev.squall.bench.failover.FailoverPlan;
import dev.squall.bench.failover.FailoverRun;
import dev.squall.bench.node.ServerCluster;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code squall bench failover}: what clients notice when a node dies. */
@Command(
        name = "failover",
        description =
                "Kill a node under puts, again and again: how long they stand still, and whether"
                        + " any is lost or applied twice. Exit code 1 if one is.")
final class FailoverCommand extends MeasureCommand implements Callable<Integer> {

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "Node processes (default: 3, with --changes 5).")
    private @Nullable Integer nodes;

    @Option(names = "--kills", paramLabel = "N", description = "Rounds (default: 20).")
    private int kills = 20;

    @Option(
            names = "--changes",
            paramLabel = "N",
            description =
                    "Instead of rounds, so many changes of the view in a row, with the memory and"
                            + " the handles of the nodes that live through them.")
    private int changes;

    @Option(
            names = "--target",
            paramLabel = "follower|leader|any",
            description = "Who is killed (default: any).")
    private String target = "any";

    @Option(names = "--size", paramLabel = "B", description = "Bytes of a put (default: 1024).")
    private int size = 1024;

    @Option(
            names = "--rate",
            paramLabel = "half|N",
            description =
                    "Puts a second, or half of what is the most (default: half; with --changes"
                            + " 200).")
    private String rate = "half";

    @Option(
            names = "--suspect-millis",
            paramLabel = "MS",
            description = "A member silent for so long is suspected (default: 4000).")
    private int suspectMillis = 4000;

    @Option(names = "--seed", paramLabel = "S", description = "Draws who is killed.")
    private @Nullable Long seed;

    @Mixin private final DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        var plan = plan();
        progress().printf("seed %d, %s%n", plan.seed(), MachineLoad.now());
        progress().flush();
        var outcome =
                plan.changes() > 0
                        ? new ChangesRun(plan, progress()).run()
                        : new FailoverRun(plan, progress()).run();
        print(outcome.rows(), Map.of("failover", outcome.figures()), outcome.lines());
        return outcome.clean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private FailoverPlan plan() {
        int count = nodes != null ? nodes : changes > 0 ? 5 : 3;
        between("--nodes", count, 3, ServerCluster.NODES_MAX);
        between("--kills", kills, 1, 10_000);
        between("--changes", changes, 0, 100_000);
        between("--size", size, 0, 1 << 20);
        between("--suspect-millis", suspectMillis, 100, 60_000);
        return new FailoverPlan(
                count,
                kills,
                changes,
                FailoverPlan.Target.parse(target),
                size,
                perSecond(),
                suspectMillis,
                seed == null ? ThreadLocalRandom.current().nextLong() : seed,
                data.directory());
    }

    private int perSecond() {
        if (rate.equals("half")) {
            return 0;
        }
        if (!rate.matches("[1-9][0-9]{0,5}")) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "--rate is '%s'; allowed are half, or 1 to 999999".formatted(rate));
        }
        return Integer.parseInt(rate);
    }
}
