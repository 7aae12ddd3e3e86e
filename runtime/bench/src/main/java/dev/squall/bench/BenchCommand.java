package dev.squall.bench;

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
