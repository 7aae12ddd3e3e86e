package dev.squall.bench;

import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.ClusterBench;
import dev.squall.bench.cluster.Program;
import dev.squall.bench.cluster.Scratch;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.disk.DiskFloor;
import dev.squall.bench.report.Row;
import dev.squall.bench.rest.RestBench;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/**
 * Puts or gets objects as fast as answers come, and prints how fast that was. Rows go to standard
 * output, everything else to standard error.
 */
abstract class LoadCommand extends MeasureCommand implements Callable<Integer> {

    /** The part of the time measured that the disk is measured, before and again after. */
    private static final double DISK_SHARE = 0.4;

    @Mixin private final LoadOptions options = new LoadOptions();

    final LoadOptions options() {
        return options;
    }

    /** The word for it. */
    abstract String operation();

    /** Measures a cluster that has just been started. */
    List<Row> measure(Cluster cluster, Workload load) throws InterruptedException {
        return List.of(new ClusterBench(cluster, load, progress()).run());
    }

    @Override
    public Integer call() throws Exception {
        var load = options.workload(operation());
        var machine = MachineLoad.now();
        progress().println(machine + " before");
        var url = options.url();
        var rows =
                url == null
                        ? runHere(load)
                        : List.of(
                                new RestBench(URI.create(url), load, options.watchers(), progress())
                                        .run());
        progress().println(MachineLoad.now() + " after");
        print(rows, beside(load, machine), List.of());
        return ExitCode.OK;
    }

    /** What a result is worth nothing without. */
    private Map<String, Object> beside(Workload load, MachineLoad before) {
        var beside = new LinkedHashMap<String, Object>();
        beside.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        beside.put("workload", load);
        beside.put("fabric", options.fabric());
        beside.put("machine", MachineLoad.machine());
        beside.put("load_before", before.average());
        beside.put("load_after", MachineLoad.now().average());
        return beside;
    }

    private List<Row> runHere(Workload load) throws IOException, InterruptedException {
        try (var scratch = Scratch.in(options.data())) {
            var floors = floors(load, scratch.path());
            measure(floors, load);
            var rows = new ArrayList<Row>();
            for (var program : programs(load)) {
                rows.addAll(run(program, load, scratch.path().resolve(program.system())));
            }
            measure(floors, load);
            floors.forEach(f -> rows.add(f.row()));
            return rows;
        }
    }

    private List<Row> run(Program program, Workload load, Path directory)
            throws IOException, InterruptedException {
        Files.createDirectory(directory);
        progress()
                .printf(
                        "%s: starting %d nodes in %s (%s)%n",
                        program.system(),
                        options.nodes(),
                        directory,
                        Files.getFileStore(directory).type());
        try (var cluster = Cluster.start(options.nodes(), program, directory, jvmOptions())) {
            return measure(cluster, load);
        }
    }

    /** What is measured, one after the other. */
    List<Program> programs(Workload load) {
        var plain = Program.squall(options.fabric());
        return options.tls() ? List.of(plain, plain.secured()) : List.of(plain);
    }

    /** Durable puts stand beside the disk: one record at a time, and as many as are under way. */
    private static List<DiskFloor> floors(Workload load, Path directory) {
        if (load.reads() || !load.ack().equals("durable") || load.size() == 0) {
            return List.of();
        }
        var one = new DiskFloor(directory, load.size(), 1);
        return load.depth() == 1
                ? List.of(one)
                : List.of(one, new DiskFloor(directory, load.size(), load.depth()));
    }

    private void measure(List<DiskFloor> floors, Workload load) throws IOException {
        for (var floor : floors) {
            progress().println("measuring the disk");
            floor.run(load.seconds() * DISK_SHARE / floors.size());
        }
    }

    private List<String> jvmOptions() {
        var file = options.profile();
        return file == null
                ? List.of()
                : List.of(
                        "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                                + file.toAbsolutePath());
    }
}
