package dev.squall.cli;

import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.tls.Trust;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The root of all commands and what they share: the cluster's address, the form of the output, and
 * the exit codes: 0 done, 1 failed (one line says why, one what to do), 2 wrong usage.
 */
@Command(
        name = "squall",
        description = "A smart memory for edge and cloud.",
        versionProvider = Squall.Version.class,
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            NodeCommand.class,
            PoolCommand.class,
            PutCommand.class,
            GetCommand.class,
            SnapshotCommand.class,
            ListCommand.class,
            HistoryCommand.class,
            RemoveCommand.class,
            LabelCommand.class,
            WatchCommand.class,
            TriggerCommand.class,
            UdlCommand.class,
            GraphCommand.class,
            ModelCommand.class,
            InferCommand.class,
            EdgeCommand.class,
            CaCommand.class,
        },
        footer = {
            "",
            "`squall COMMAND --help` explains a command. Exit code: 0 done, 1 failed, 2 wrong"
                    + " usage.",
        })
public final class Squall implements Runnable {
    private static final String DEFAULT_URL = "http://localhost:8080";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "A node of the cluster (default: $SQUALL_URL, or " + DEFAULT_URL + ").")
    private @Nullable String url;

    @Option(
            names = "--ca",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Whom to believe at https (default: $SQUALL_CA, or whom Java believes).")
    @SuppressWarnings("UnusedMethod") // picocli calls it
    private void authority(Path file) {
        Trust.only(file);
    }

    @Option(
            names = "--output",
            scope = ScopeType.INHERIT,
            defaultValue = "TABLE",
            paramLabel = "table|json|yaml",
            description = "Form of the result (default: table).")
    private OutputForm output = OutputForm.TABLE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on the option itself
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    @SuppressWarnings("UnusedVariable") // picocli acts on the option itself
    private boolean version;

    /** The address given by --url, or null. */
    @Nullable String givenUrl() {
        return url;
    }

    /** The address to use: --url, else SQUALL_URL, else {@value #DEFAULT_URL}. */
    String url() {
        return url != null ? url : System.getenv().getOrDefault("SQUALL_URL", DEFAULT_URL);
    }

    OutputForm output() {
        return output;
    }

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    /** The whole command line, ready to execute. */
    static CommandLine commandLine() {
        var authority = System.getenv("SQUALL_CA");
        if (authority != null && !authority.isEmpty()) {
            Trust.only(Path.of(authority));
        }
        var line = new CommandLine(new Squall());
        line.registerConverter(Key.class, Key::parse);
        line.registerConverter(OutputForm.class, Squall::outputForm);
        Placeholder.addTo(line);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler(
                (failure, command, _) -> report(failure, command.getErr()));
        return line;
    }

    private static OutputForm outputForm(String text) {
        for (OutputForm form : OutputForm.values()) {
            if (form.name().equalsIgnoreCase(text)) {
                return form;
            }
        }
        throw new CommandLine.TypeConversionException(
                "'" + text + "' is none of table, json, yaml");
    }

    private static int report(Exception failure, PrintWriter err) throws Exception {
        if (!(failure instanceof Failure known)) {
            throw failure; // a fault of this program: the stack trace is the best report
        }
        err.println("squall: " + known.what());
        if (!known.advice().isEmpty()) {
            err.println(known.advice());
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String built = Squall.class.getPackage().getImplementationVersion();
            return new String[] {"squall " + (built == null ? "(not from a jar)" : built)};
        }
    }
}
