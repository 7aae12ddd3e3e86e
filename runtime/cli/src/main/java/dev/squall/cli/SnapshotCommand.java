package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Reads many keys in one consistent cut. For a person it prints what each key had, for programs the
 * bytes too, in Base64.
 */
@Command(
        name = "snapshot",
        description = "Read many keys as of one time, whichever shards and pools they lie in.")
final class SnapshotCommand extends ClientCommand {

    @Parameters(paramLabel = "KEY", arity = "1..*", description = "For example /readings/t1.")
    private List<Key> keys = List.of();

    @Option(
            names = "--at",
            paramLabel = "T",
            description =
                    "As of this time: RFC 3339, or µs since the epoch (default: the newest that all"
                            + " these shards have settled).")
    private @Nullable String at;

    @Option(
            names = "--wait",
            paramLabel = "D",
            description = "Wait so long for that time to be settled (default: 1s).")
    private @Nullable String wait;

    @Override
    void run(Rest rest, Printer printer) {
        print(rest, printer, keys, at, wait);
    }

    /** Asks for some keys at one time, and prints the answer. */
    static void print(
            Rest rest,
            Printer printer,
            List<Key> keys,
            @Nullable String at,
            @Nullable String wait) {
        var call = Call.get("/v1/snapshot").query("at", at).query("wait", wait);
        keys.forEach(key -> call.query("key", key));
        boolean person = printer.form() == OutputForm.TABLE;
        JsonNode answer = rest.json(person ? call.query("bytes", false) : call);
        printer.rows(
                answer,
                "objects",
                "no keys",
                Column.of("key"),
                Column.of("version"),
                Column.of("timestamp"),
                Column.of("size"),
                Column.of("missing"));
        if (person) {
            printer.say("at " + answer.path("at").asText());
        }
    }
}
