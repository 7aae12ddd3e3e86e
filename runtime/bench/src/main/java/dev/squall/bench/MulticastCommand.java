package dev.squall.bench;

import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.LogicBench;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.report.Row;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code squall bench multicast}. */
@Command(
        name = "multicast",
        description = {
            "Measure ordered multicast as logic sees it: objects are put by members, and logic runs"
                    + " on each of them at every member, in one order.",
            "",
            "A latency is that from the call to the start of the logic at one member; a rate is"
                    + " that of objects which all members have seen.",
        })
final class MulticastCommand extends LoadCommand {

    @Override
    String operation() {
        return "multicast";
    }

    @Override
    List<Row> measure(Cluster cluster, Workload load) throws InterruptedException {
        return new LogicBench(cluster, load, progress()).multicast();
    }
}
