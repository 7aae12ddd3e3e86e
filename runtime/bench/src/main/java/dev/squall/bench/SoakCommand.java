package dev.squall.bench;

import dev.squall.bench.node.ServerCluster;
import dev.squall.bench.soak.SoakPlan;
import dev.squall.bench.soak.SoakRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code squall bench soak}. */
@Command(
        name = "soak",
        description =
                "Let real nodes work at full speed, with puts, gets, reads of the past, watches and"
                        + " retention, and look whether their memory or handles grow. Exit code 1"
                        + " if they do.")
final class SoakCommand extends MeasureCommand implements Callable<Integer> {

    @Option(names = "--seconds", paramLabel = "N", description = "How long (default: 600).")
    private int seconds = 600;

    @Option(names = "--nodes", paramLabel = "N", description = "Node processes (default: 3).")
    private int nodes = 3;

    @Option(names = "--size", paramLabel = "B", description = "Bytes of a put (default: 1024).")
    private int size = 1024;

    @Option(names = "--keys", paramLabel = "N", description = "Keys in a pool (default: 1000).")
    private int keys = 1000;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Who put, and as many who get (default: 8).")
    private int clients = 8;

    @Option(
            names = "--retain-mib",
            paramLabel = "N",
            description = "What the persistent pool keeps, in MiB a shard (default: 64).")
    private int retainMib = 64;

    @Mixin private final DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        between("--seconds", seconds, 10, 86_400);
        between("--nodes", nodes, 1, ServerCluster.NODES_MAX);
        between("--size", size, 1, 1 << 20);
        between("--keys", keys, 1, 1_000_000);
        between("--clients", clients, 1, 256);
        between("--retain-mib", retainMib, 16, 65_536);
        progress().printf("%s%n", MachineLoad.now());
        long retain = (long) retainMib << 20;
        var plan = new SoakPlan(nodes, seconds, size, keys, clients, retain, data.directory());
        var result = new SoakRun(plan, progress()).run();
        print(List.of(), Map.of("soak", result.figures()), result.lines());
        return result.clean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
