package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the versions of a key. */
@Command(name = "history", description = "List the versions of a key.")
final class HistoryCommand extends ClientCommand {
    @Parameters(paramLabel = "KEY", description = "For example /readings/t1.")
    private Key key = Key.NONE;

    @Option(names = "--from", paramLabel = "V", description = "From this version on.")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "V", description = "Up to this version.")
    private @Nullable Long to;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many versions.")
    private @Nullable Integer limit;

    @Override
    void run(Rest rest, Printer printer) {
        var answer =
                rest.json(
                        Call.get(key.under("/v1/history"))
                                .query("from", from)
                                .query("to", to)
                                .query("limit", limit));
        printer.rows(
                answer,
                "versions",
                "no versions of " + key,
                Column.of("version"),
                Column.of("timestamp"),
                Column.of("size"),
                Column.of("deleted"));
    }
}
