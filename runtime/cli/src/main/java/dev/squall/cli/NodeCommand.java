package dev.squall.cli;

import dev.squall.cli.local.ForegroundProcess;
import dev.squall.cli.local.Home;
import dev.squall.cli.local.Https;
import dev.squall.cli.terminal.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one node in the foreground, for those who place nodes themselves. */
@Command(name = "node", description = "Run one node in the foreground.")
final class NodeCommand extends SquallCommand {
    private static final List<String> FABRICS = List.of("auto", "rdma", "shm", "tcp");

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Its node.properties; see docs/OPERATING.md.")
    private Path config = Path.of("");

    @Option(
            names = "--fabric",
            paramLabel = "auto|rdma|shm|tcp",
            description = "How it reaches the others, whatever its configuration says.")
    private @Nullable String fabric;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description =
                    "Speak TLS with members and HTTPS with clients, with what `squall ca issue` has"
                            + " made in DIR.")
    private @Nullable Path tls;

    @Override
    public Integer call() {
        if (fabric != null && !FABRICS.contains(fabric)) {
            throw new Failure("--fabric " + fabric, "It is one of " + FABRICS + ".");
        }
        if (!Files.isReadable(config)) {
            throw new Failure(
                    "cannot read the configuration '" + config + "'",
                    "`squall up` writes one for each node, as DIR/node1/node.properties.");
        }
        var overrides = new ArrayList<String>();
        if (fabric != null) {
            overrides.add("-Dsquall.fabric=" + fabric);
        }
        if (tls != null) {
            Https.properties(tls).forEach((k, v) -> overrides.add("-D" + k + "=" + v));
        }
        return ForegroundProcess.run(Home.find().node(config, overrides), Home.ENVIRONMENT);
    }
}
