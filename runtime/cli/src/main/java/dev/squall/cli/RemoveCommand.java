package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Printer;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes an object: a version of its own, the earlier ones stay readable. */
@Command(name = "rm", description = "Delete an object; its earlier versions stay readable.")
final class RemoveCommand extends ClientCommand {
    @Parameters(paramLabel = "KEY", description = "For example /readings/t1.")
    private Key key = Key.NONE;

    @Override
    void run(Rest rest, Printer printer) {
        printer.value(
                rest.json(
                        Call.delete(key.under("/v1/objects"))
                                .header("Squall-Producer", "cli-" + UUID.randomUUID() + "/1/1")));
    }
}
