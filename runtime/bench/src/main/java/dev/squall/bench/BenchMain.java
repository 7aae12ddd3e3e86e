package dev.squall.bench;

import dev.squall.base.Failure;
import dev.squall.bench.report.Report;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The root of {@code squall bench}. Exit code: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "squall bench",
        description = "Measures Squall beside the limits of the machine, and proves what it keeps.",
        subcommands = {
            PutCommand.class,
            GetCommand.class,
            TriggerCommand.class,
            MulticastCommand.class,
            InferCommand.class,
            FramesCommand.class,
            KillTest.class,
            ChaosCommand.class,
            FailoverCommand.class,
            SoakCommand.class,
            RecoveryCommand.class,
            FabricCommand.class,
            PlotCommand.class,
        })
public final class BenchMain extends BenchCommand implements Runnable {

    @Override
    public void run() {
        throw new ParameterException(spec().commandLine(), "Which bench?");
    }

    static CommandLine commandLine() {
        var line = new CommandLine(new BenchMain());
        line.addSubcommand(
                new CommandLine(new JmhCommand()).setUnmatchedOptionsArePositionalParams(true));
        line.registerConverter(Report.class, t -> Report.valueOf(t.toUpperCase(Locale.ROOT)));
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> report(failure, command, command.getErr()));
        return line;
    }

    /** What a person can mend is said in a line; anything else is a fault of this program. */
    private static int report(Exception failure, CommandLine command, PrintWriter err)
            throws Exception {
        if (!(failure instanceof Failure known)) {
            throw failure;
        }
        boolean usage = known.kind() == Failure.Kind.INVALID;
        err.println("squall bench: " + known.getMessage());
        if (usage) {
            err.println("`" + command.getCommandSpec().qualifiedName() + " --help` explains it.");
        }
        err.flush();
        return usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }
}
