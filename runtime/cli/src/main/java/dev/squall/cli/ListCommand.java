package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists keys, a page at a time. */
@Command(name = "ls", description = "List keys.")
final class ListCommand extends ClientCommand {
    @Parameters(paramLabel = "PREFIX", description = "For example /cameras.")
    private Key prefix = Key.NONE;

    @Option(
            names = "--at",
            paramLabel = "T",
            description = "As of this time: RFC 3339, or µs since the epoch.")
    private @Nullable String at;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many keys.")
    private @Nullable Integer limit;

    @Option(names = "--after", paramLabel = "KEY", description = "Go on after this key.")
    private @Nullable Key after;

    @Override
    void run(Rest rest, Printer printer) {
        var answer =
                rest.json(
                        Call.get("/v1/keys")
                                .query("prefix", prefix)
                                .query("at", at)
                                .query("limit", limit)
                                .query("after", after));
        var rows = answer.isArray() ? answer : answer.path("keys");
        if (!rows.isEmpty() && rows.get(0).isTextual()) {
            printer.rows(answer, "keys", "", Column.of("KEY", ""));
        } else {
            printer.rows(
                    answer,
                    "keys",
                    "no keys under " + prefix,
                    Column.of("key"),
                    Column.of("version"),
                    Column.of("size"),
                    Column.of("timestamp"));
        }
    }
}
