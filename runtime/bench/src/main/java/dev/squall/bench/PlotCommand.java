package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.plot.Plots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code squall bench plot}. */
@Command(
        name = "plot",
        description = {
            "Draw what `squall bench put --output json` has printed, as pictures for the manual:"
                    + " latencies of puts one at a time, and what many at once come to.",
        })
final class PlotCommand extends BenchCommand implements Callable<Integer> {

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Results, a file a run (default: docs/bench).")
    private Path from = Path.of("docs/bench");

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Where the pictures go (default: docs/images).")
    private Path to = Path.of("docs/images");

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(from)) {
            throw new Failure(
                    Failure.Kind.INVALID, "--from is %s, which is no directory".formatted(from));
        }
        for (var file : Plots.draw(from, to)) {
            out().println(file);
        }
        out().flush();
        return ExitCode.OK;
    }
}
