package dev.squall.cli;

import dev.squall.cli.terminal.Printer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command has: the root's options and a printer in the form asked for. */
abstract class SquallCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    final Squall root() {
        return (Squall) spec.root().userObject();
    }

    final Printer printer() {
        var line = spec.commandLine();
        return new Printer(line.getOut(), line.getErr(), root().output());
    }

    final CommandSpec spec() {
        return spec;
    }
}
