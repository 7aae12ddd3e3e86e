package dev.squall.cli;

import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import picocli.CommandLine.ExitCode;

/** A command that is one or two REST calls to the cluster at --url. */
abstract class ClientCommand extends SquallCommand {

    /** Makes the calls and prints the result; a failure is thrown. */
    abstract void run(Rest rest, Printer printer) throws IOException;

    @Override
    public final Integer call() throws IOException {
        Printer printer = printer();
        try (Rest rest = Rest.at(root().url(), printer::note)) {
            run(rest, printer);
        }
        return ExitCode.OK;
    }
}
