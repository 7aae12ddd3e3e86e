package dev.squall.bench;

import dev.squall.bench.cluster.Program;
import dev.squall.bench.cluster.Workload;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code squall bench put}. */
@Command(
        name = "put",
        description = {
            "Measure puts: depth callers in a member's process, each of which puts again as soon as"
                    + " it is answered.",
            "",
            "B/OP is what the calling process allocates on the heap per put, the caller included."
                    + " Latencies are those of patient callers: a pause of the cluster is seen by"
                    + " the puts under way only.",
        })
final class PutCommand extends LoadCommand {

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Systems to measure beside, with the same load: jgroups-raft; redis, whose"
                            + " redis-server must be installed.")
    private List<String> peers = List.of();

    @Override
    List<Program> programs(Workload load) {
        var programs = new ArrayList<>(super.programs(load));
        programs.addAll(Program.peers(peers, load.ack().equals("durable")));
        return List.copyOf(programs);
    }

    @Override
    String operation() {
        return "put";
    }
}
