package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.client.ClientBench;
import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.Program;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.report.Row;
import dev.squall.client.ClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
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
                    "Systems to measure beside, with the same load: aeron-cluster;"
                            + " jgroups-raft; etcd and redis, whose etcd-server and"
                            + " redis-server must be installed.")
    private List<String> peers = List.of();

    @Option(
            names = "--client",
            description =
                    "Measure a client outside the group as well, in the same run, and say how many"
                            + " times as long it takes as a caller within.")
    private boolean client;

    @Override
    List<Program> programs(Workload load) {
        var programs = new ArrayList<>(super.programs(load));
        programs.addAll(Program.peers(peers, load.ack().equals("durable")));
        return List.copyOf(programs);
    }

    @Override
    public Integer call() throws Exception {
        if (client && options().url() != null) {
            throw new Failure(
                    Failure.Kind.INVALID, "--client is for a cluster of its own, not for --url");
        }
        return super.call();
    }

    @Override
    List<Row> measure(Cluster cluster, Workload load) throws InterruptedException {
        var within = super.measure(cluster, load);
        if (!client || !cluster.program().system().equals("squall")) {
            return within;
        }
        BenchCommand.between("--depth", load.depth(), 1, ClientOptions.REQUESTS_LIMIT);
        var row = new ClientBench(cluster.addresses(), load, progress()).run(options().nodes());
        compare(within.getFirst(), row);
        return List.of(within.getFirst(), row);
    }

    private void compare(Row within, Row outside) {
        progress()
                .printf(
                        Locale.ROOT,
                        "a client's puts: %.2f times the median, %.2f times the rate of those"
                                + " within%n",
                        ratio(outside.p50Micros(), within.p50Micros()),
                        ratio(outside.opsPerSecond(), within.opsPerSecond()));
    }

    private static double ratio(@Nullable Double one, @Nullable Double other) {
        return one == null || other == null ? Double.NaN : one / other;
    }

    @Override
    String operation() {
        return "put";
    }
}
