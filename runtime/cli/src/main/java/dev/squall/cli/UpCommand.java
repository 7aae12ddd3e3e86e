package dev.squall.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.squall.cli.local.ClusterPlan;
import dev.squall.cli.local.Demo;
import dev.squall.cli.local.Home;
import dev.squall.cli.local.LocalCluster;
import dev.squall.cli.local.ProcessRecord;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import dev.squall.cli.tls.Trust;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The main job: a whole cluster on this machine, with the demo in it, until Ctrl-C. The story
 * stands in {@link #call} and {@link #run}. The main thread starts things and then looks after the
 * processes; one more thread follows the events; the shutdown hook stops everything.
 */
@Command(
        name = "up",
        description = "Start a cluster on this machine, with the demo, until Ctrl-C.",
        footer = {"", "`squall down` stops a detached cluster. docs/OPERATING.md has the details."})
final class UpCommand extends SquallCommand {
    static final String DEFAULT_DATA = ".squall";

    /** A detached start is a success only when a result has come within this time. */
    private static final Duration FIRST_RESULT_LIMIT = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(300);

    enum FabricName {
        AUTO,
        SHM,
        TCP,
        RDMA
    }

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many node processes (default: 3).")
    private int nodes = 3;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "REST port of node 1; node i takes the i-th from it (default: 8080).")
    private int port = 8080;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data, configuration and logs (default: .squall here).")
    private Path data = Path.of(DEFAULT_DATA);

    @Option(
            names = "--fabric",
            paramLabel = "auto|rdma|shm|tcp",
            description = "How nodes reach each other.")
    private FabricName fabric = FabricName.AUTO;

    @Option(
            names = "--camera",
            paramLabel = "SOURCE",
            description = "A camera, stream or video file in place of the sample clip.")
    private @Nullable String camera;

    @Option(names = "--bare", description = "No demo: only the nodes.")
    private boolean bare;

    @Option(
            names = "--tls",
            description =
                    "TLS between nodes, HTTPS for clients, with an authority of its own in DIR/ca.")
    private boolean tls;

    @Option(
            names = "--detach",
            description = "Return after the first result and leave the cluster running.")
    private boolean detach;

    @Override
    public Integer call() {
        Printer printer = printer();
        Home home = Home.find();
        ClusterPlan plan =
                ClusterPlan.of(data, fabric.name().toLowerCase(Locale.ROOT), nodes, port, tls);
        Demo demo = bare ? null : new Demo(plan, home, camera);
        if (demo != null) {
            demo.check();
        }
        var cluster = new LocalCluster(plan, home, printer::say);
        cluster.check();
        if (tls) {
            plan.certify();
            Trust.only(plan.authority().resolve("ca.pem"));
            printer.say("clients believe it by --ca " + plan.authority().resolve("ca.pem"));
        }

        var results = new DemoResults(plan.urls(), printer);
        Runnable stop =
                () -> {
                    results.close();
                    cluster.stop(); // does nothing when the cluster has been detached
                };
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(stop));
        try {
            run(plan, demo, cluster, results, printer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", "", e);
        } finally {
            stop.run();
        }
        return ExitCode.OK;
    }

    private void run(
            ClusterPlan plan,
            @Nullable Demo demo,
            LocalCluster cluster,
            DemoResults results,
            Printer printer)
            throws InterruptedException {
        printer.say("starting " + nodes + " nodes, data and logs in " + plan.dir());
        cluster.startNodes();
        if (demo != null) {
            try (Rest rest = Rest.at(plan.urls().getFirst(), printer::note)) {
                demo.deploy(rest, printer::say);
            }
            results.start();
            cluster.startEdge(demo.edgeArguments());
        }
        printer.say("console: " + plan.urls().getFirst() + "/");
        if (!detach) {
            printer.say("Ctrl-C stops everything");
            lookAfter(cluster, results, printer);
        }
        if (demo != null) {
            awaitFirst(cluster, results, printer);
        }
        cluster.detach();
        printDetached(cluster, plan, printer);
    }

    /**
     * One node may die, the others go on: that is the point. Ends, as a failure, when all are gone.
     */
    private static void lookAfter(LocalCluster cluster, DemoResults results, Printer printer)
            throws InterruptedException {
        while (cluster.anyNodeAlive()) {
            cluster.takeEnded().ifPresent(printer::say);
            Failure failure = results.takeFailure();
            if (failure != null) {
                printer.note("no more results are shown: " + failure.what());
            }
            Thread.sleep(LOOK);
        }
        cluster.takeEnded().ifPresent(printer::say);
        throw new Failure("all nodes have ended", "Their logs say why.");
    }

    private static void awaitFirst(LocalCluster cluster, DemoResults results, Printer printer)
            throws InterruptedException {
        long deadline = System.nanoTime() + FIRST_RESULT_LIMIT.toNanos();
        while (!results.awaitFirst(LOOK)) {
            cluster.takeEnded().ifPresent(printer::say);
            Failure failure = results.takeFailure();
            if (failure != null) {
                throw failure;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new Failure(
                        "no result under %s within %d s"
                                .formatted(Demo.EVENTS, FIRST_RESULT_LIMIT.toSeconds()),
                        "Everything is stopped again; see edge/edge.log and node1/node.log there.");
            }
        }
    }

    private static void printDetached(LocalCluster cluster, ClusterPlan plan, Printer printer) {
        if (printer.form() != OutputForm.TABLE) {
            var whole = JsonNodeFactory.instance.objectNode();
            whole.put("console", plan.urls().getFirst() + "/");
            plan.urls().forEach(whole.putArray("urls")::add);
            for (ProcessRecord process : cluster.processes()) {
                whole.withArray("/processes")
                        .addObject()
                        .put("process", process.role())
                        .put("pid", process.pid());
            }
            printer.value(whole);
            return;
        }
        for (ProcessRecord process : cluster.processes()) {
            printer.say("  " + process.role() + ": pid " + process.pid());
        }
        printer.say("nodes: " + String.join(" ", plan.urls()));
        printer.say("stop it with: squall down --data " + plan.dir());
    }
}
