package dev.squall.cli;

import dev.squall.cli.local.ForegroundProcess;
import dev.squall.cli.local.Home;
import dev.squall.cli.terminal.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one node in the foreground, for those who place nodes themselves. */
@Command(name = "node", description = "Run one node in the foreground.")
final class NodeCommand extends SquallCommand {
    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Its node.properties; see docs/OPERATING.md.")
    private Path config = Path.of("");

    @Override
    public Integer call() {
        if (!Files.isReadable(config)) {
            throw new Failure(
                    "cannot read the configuration '" + config + "'",
                    "`squall up` writes one for each node, as DIR/node1/node.properties.");
        }
        return ForegroundProcess.run(Home.find().node(config), Home.ENVIRONMENT);
    }
}
