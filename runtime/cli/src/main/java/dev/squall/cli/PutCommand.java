package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stores an object. Each run is a producer of its own, so that its retries apply once. */
@Command(name = "put", description = "Store an object; prints its version.")
final class PutCommand extends ClientCommand {
    enum Ack {
        ACCEPTED,
        ORDERED,
        DURABLE
    }

    static final class Condition {
        @Option(
                names = "--if-match",
                paramLabel = "VERSION",
                description = "Only if this is the newest version.")
        @Nullable Long version;

        @Option(names = "--if-none-match", description = "Only if the key has no object.")
        boolean absent;
    }

    @Parameters(index = "0", paramLabel = "KEY", description = "For example /readings/t1.")
    private Key key = Key.NONE;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The bytes; - or nothing: standard input.")
    private String file = Input.STANDARD_INPUT;

    @Option(
            names = "--ack",
            paramLabel = "accepted|ordered|durable",
            description = "What to wait for (default: durable in a persistent pool, else ordered).")
    private @Nullable Ack ack;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "One that the pool keeps: the version stays when the rest goes.")
    private @Nullable String label;

    @ArgGroup private @Nullable Condition condition;

    @Override
    void run(Rest rest, Printer printer) throws IOException {
        Call call =
                Call.put(key.under("/v1/objects"))
                        .query("ack", ack == null ? null : ack.name().toLowerCase(Locale.ROOT))
                        .query("label", label)
                        .header("Squall-Producer", "cli-" + UUID.randomUUID() + "/1/1")
                        .body("application/octet-stream", Input.body(file));
        if (condition != null && condition.version != null) {
            call.header("If-Match", "\"" + condition.version + "\"");
        }
        if (condition != null && condition.absent) {
            call.header("If-None-Match", "*");
        }
        printer.value(rest.json(call));
    }
}
