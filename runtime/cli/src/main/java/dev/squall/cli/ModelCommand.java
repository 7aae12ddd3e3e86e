package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import picocli.CommandLine.Command;

/** Models that the nodes serve. */
@Command(
        name = "model",
        description = "List the models that the nodes serve.",
        subcommands = ModelCommand.ListAll.class)
final class ModelCommand extends GroupCommand {

    @Command(name = "list", description = "List the models.")
    static final class ListAll extends ClientCommand {
        @Override
        void run(Rest rest, Printer printer) {
            printer.rows(
                    rest.json(Call.post("/v2/repository/index").json("{}")),
                    "models",
                    "no models: they come with UDLs, see `squall udl upload`",
                    Column.of("name"),
                    Column.of("version"),
                    Column.of("state"),
                    Column.of("reason"));
        }
    }
}
