package dev.squall.bench;

import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.recovery.History;
import dev.squall.bench.recovery.RecoveryBench;
import dev.squall.bench.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code squall bench recovery}. */
@Command(
        name = "recovery",
        description = {
            "Measure how long a shard on disk takes to open, with much history and little that"
                    + " lives: by its checkpoint and as a whole, in a new process each time, its"
                    + " files in the page cache. Beside it: how fast what was not read is checked.",
        })
final class RecoveryCommand extends MeasureCommand implements Callable<Integer> {

    private static final long MEGA = 1_000_000;

    @Option(
            names = "--history",
            split = ",",
            paramLabel = "MB",
            description = "Megabytes of values that are put (default: 1000,4000).")
    private List<Integer> history = List.of(1000, 4000);

    @Option(
            names = "--live",
            defaultValue = "100",
            paramLabel = "MB",
            description = "Megabytes of them that are the newest of their keys (default: 100).")
    private int live;

    @Option(
            names = "--size",
            defaultValue = "1024",
            paramLabel = "B",
            description = "Bytes of a value (default: 1024).")
    private int size;

    @Mixin private final DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        between("--live", live, 1, 100_000);
        between("--size", size, 16, 1 << 20);
        var rows = new ArrayList<Row>();
        progress().println(MachineLoad.now() + " before");
        for (int megabytes : history) {
            between("--history", megabytes, live, 100_000);
            try (var scratch = Scratch.in(data.directory())) {
                var bench = new RecoveryBench(scratch.path(), progress());
                rows.addAll(bench.run(new History(megabytes * MEGA, live * MEGA, size)));
            }
        }
        progress().println(MachineLoad.now() + " after");
        print(rows);
        return ExitCode.OK;
    }
}
