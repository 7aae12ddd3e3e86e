package dev.squall.bench;

import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.LogicBench;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.report.Row;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code squall bench trigger}. */
@Command(
        name = "trigger",
        description = {
            "Measure when logic starts: from the call that triggers it, or that puts its object, to"
                    + " the first line of its method; in the node of the caller, and at another.",
            "",
            "The logic is a jar that is uploaded. Nodes are processes of one host and share its"
                    + " clock.",
        })
final class TriggerCommand extends LoadCommand {

    @Override
    String operation() {
        return "trigger";
    }

    @Override
    List<Row> measure(Cluster cluster, Workload load) throws InterruptedException {
        return new LogicBench(cluster, load, progress()).triggers();
    }
}
