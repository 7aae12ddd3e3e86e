package dev.squall.bench;

import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.maps.MapSystem;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code squall bench get}. */
@Command(
        name = "get",
        description = {
            "Measure gets of random keys: threads in a member's process read by reference, each key"
                    + " depending on the value before; with --url, connections read by REST.",
            "",
            "With --peers, a store of one process beside maps of others (chm, lmdb, rocksdb,"
                + " chronicle) and beside bare memory, each in a process of its own: by reference"
                + " and copied, dependent and independent, --depth threads. With --versions, reads"
                + " at a random time beside reads of the newest.",
            "",
            "Latencies of local gets include one reading of the clock, about 25 ns.",
        })
final class GetCommand extends LoadCommand {

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Maps to measure beside: chm, lmdb, rocksdb, chronicle.")
    private List<String> peers = List.of();

    @Option(
            names = "--versions",
            defaultValue = "1",
            paramLabel = "N",
            description = "Versions of each of 1000 keys, for reads at a time (default: 1).")
    private int versions;

    @Override
    public Integer call() throws Exception {
        if (peers.isEmpty() && versions == 1) {
            return super.call();
        }
        var bench = options().maps(versions, progress());
        progress().println(MachineLoad.now() + " before");
        try (var scratch = Scratch.in(options().data())) {
            print(bench.run(MapSystem.of(peers), scratch.path()));
        }
        progress().println(MachineLoad.now() + " after");
        return ExitCode.OK;
    }

    @Override
    String operation() {
        return "get";
    }
}
