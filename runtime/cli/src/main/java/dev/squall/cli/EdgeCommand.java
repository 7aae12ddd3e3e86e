package dev.squall.cli;

import dev.squall.cli.local.ForegroundProcess;
import dev.squall.cli.local.Home;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an edge agent in the foreground. */
@Command(
        name = "edge",
        description = "Run an edge agent: camera or file to a key, in the foreground.")
final class EdgeCommand extends SquallCommand {
    @Option(
            names = "--source",
            required = true,
            paramLabel = "S",
            description = "A video file, a device or a stream's address.")
    private String source = "";

    @Option(
            names = "--key",
            required = true,
            paramLabel = "PREFIX",
            description = "Where its frames go, for example /cameras/gate.")
    private Key key = Key.NONE;

    @Option(names = "--nodes", paramLabel = "URLS", description = "Default: the one of --url.")
    private @Nullable String nodes;

    @Parameters(
            arity = "0..*",
            paramLabel = "-- OPTION",
            description = "More options of the agent itself, after --.")
    private List<String> more = new ArrayList<>();

    @Override
    public Integer call() {
        List<String> arguments =
                new ArrayList<>(List.of("--source", source, "--key", key.text(), "--nodes"));
        arguments.add(nodes == null ? root().url() : nodes);
        arguments.addAll(more);
        return ForegroundProcess.run(Home.find().edge(arguments), Home.ENVIRONMENT);
    }
}
