package dev.squall.cli;

import dev.squall.cli.local.ClusterFile;
import dev.squall.cli.local.ProcessRecord;
import dev.squall.cli.local.Stopper;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Stops the processes recorded for a data directory; the data stays. */
@Command(name = "down", description = "Stop the cluster that `squall up` started; its data stays.")
final class DownCommand extends SquallCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Its data directory (default: .squall here).")
    private Path data = Path.of(UpCommand.DEFAULT_DATA);

    @Override
    public Integer call() {
        Path dir = data.toAbsolutePath().normalize();
        Printer printer = printer();
        List<ProcessRecord> live = ClusterFile.read(dir).map(ClusterFile::live).orElse(List.of());
        if (live.isEmpty()) {
            printer.say("nothing runs on " + dir);
        } else if (!new Stopper(printer::say).stop(live)) {
            throw new Failure(
                    "not all processes of " + dir + " could be stopped",
                    "Stop them by hand; `squall status --data " + dir + "` lists them.");
        }
        ClusterFile.delete(dir);
        return ExitCode.OK;
    }
}
