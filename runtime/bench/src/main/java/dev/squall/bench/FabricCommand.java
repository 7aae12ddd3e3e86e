package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.fabric.FabricSoak;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code squall bench fabric}. */
@Command(
        name = "fabric",
        description = {
            "Write records of random sizes into a peer's memory, millions of them, and hold every"
                    + " byte of each against what it must be when the counter behind it is seen."
                    + " Look meanwhile whether memory or handles grow. Exit code 1 if anything is"
                    + " wrong.",
        })
final class FabricCommand extends MeasureCommand implements Callable<Integer> {

    @Option(
            names = "--writes",
            defaultValue = "10000000",
            paramLabel = "N",
            description = "Records, of 2.4 KB on average (default: 10000000).")
    private long writes;

    @Option(
            names = "--fabric",
            split = ",",
            paramLabel = "shm|tcp|tls",
            description = "Which, one after the other (default: shm,tcp,tls).")
    private List<String> fabrics = FabricSoak.kinds();

    @Mixin private final DataOption data = new DataOption();

    @Override
    public Integer call() throws Exception {
        between("--writes", writes, 1, 1_000_000_000_000L);
        for (var fabric : fabrics) {
            if (!FabricSoak.kinds().contains(fabric)) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "--fabric is %s; allowed are %s".formatted(fabric, FabricSoak.kinds()));
            }
        }
        progress().println(MachineLoad.now() + " before");
        var beside = new LinkedHashMap<String, Object>();
        var lines = new ArrayList<String>();
        boolean clean = true;
        for (var fabric : fabrics) {
            try (var scratch = Scratch.in(data.directory())) {
                var result = new FabricSoak(fabric, writes, scratch.path(), progress()).run();
                clean &= result.clean();
                beside.put(fabric, result.figures());
                lines.add(
                        "%s: every write was right, %s: %s"
                                .formatted(fabric, result.growth(), result.figures()));
            }
        }
        progress().println(MachineLoad.now() + " after");
        print(List.of(), beside, lines);
        return clean ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
