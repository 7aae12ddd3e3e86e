package dev.squall.bench;

import dev.squall.base.Failure;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have: help, and where they print. */
abstract class BenchCommand {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on the option itself
    private boolean help;

    /** Refuses an option that is out of its bounds. */
    static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%s is %d; allowed are %d to %d".formatted(name, value, least, most));
        }
    }

    final CommandSpec spec() {
        return spec;
    }

    /** For results. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** For everything else. */
    final PrintWriter progress() {
        return spec.commandLine().getErr();
    }
}
