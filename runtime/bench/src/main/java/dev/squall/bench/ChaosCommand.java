package dev.squall.bench;

import dev.squall.bench.chaos.ChaosPlan;
import dev.squall.bench.chaos.ChaosRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code squall bench chaos}: real nodes under faults, and checkers of what clients were told. */
@Command(
        name = "chaos",
        description =
                "Start real nodes, kill, pause and cut them off while clients work, then check that"
                        + " every answer was true. Exit code 1 if one was not.")
final class ChaosCommand extends MeasureCommand implements Callable<Integer> {

    @Option(names = "--nodes", paramLabel = "3..5", description = "Node processes (default: 3).")
    private int nodes = 3;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long faults are made (default: 60).")
    private int seconds = 60;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "KIND",
            description =
                    "kill, term, pause, restart, disk, partition (default: these), all (a restart"
                            + " of all nodes), none.")
    private List<String> faults = List.of("kill", "term", "pause", "restart", "disk", "partition");

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Clients, each with one call at a time (default: 6).")
    private int clients = 6;

    @Option(
            names = "--keys",
            paramLabel = "K",
            description = "Keys in each of the two pools (default: 8).")
    private int keys = 8;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Draws faults and operations (default: random, printed).")
    private @Nullable Long seed;

    @Option(
            names = "--suspect-millis",
            paramLabel = "MS",
            description = "A member silent for so long is suspected (default: 1500).")
    private int suspectMillis = 1500;

    @Option(
            names = "--heal-seconds",
            paramLabel = "S",
            description =
                    "How long the nodes may take to be whole after a fault was mended (default:"
                            + " 30).")
    private int healSeconds = 30;

    @Option(
            names = "--linear-reads",
            description = "Demand that stable reads are linearizable, not only true.")
    private boolean linearReads;

    @Mixin private final DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        between("--nodes", nodes, 3, 5);
        between("--seconds", seconds, 1, 86_400);
        between("--clients", clients, 1, 256);
        between("--keys", keys, 1, 1000);
        between("--suspect-millis", suspectMillis, 100, 60_000);
        between("--heal-seconds", healSeconds, 1, 3600);
        long drawn = seed == null ? ThreadLocalRandom.current().nextLong() : seed;
        var plan =
                new ChaosPlan(
                        nodes,
                        seconds,
                        ChaosPlan.kinds(faults),
                        clients,
                        keys,
                        drawn,
                        suspectMillis,
                        healSeconds,
                        linearReads,
                        data.directory());
        progress().printf("seed %d, %s%n", drawn, MachineLoad.now());
        progress().flush();
        var report = new ChaosRun(plan, progress()).run();
        var rows = report.row().stream().toList();
        print(rows, Map.of("chaos", report.figures()), report.lines());
        return report.clean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
