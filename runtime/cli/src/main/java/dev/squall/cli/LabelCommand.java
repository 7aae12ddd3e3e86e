package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a version a label, takes it away, or lists those of a key. */
@Command(
        name = "label",
        description = "Label a version, so that it stays when its pool lets go of the rest.")
final class LabelCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "For example /cameras/gate.")
    private Key key = Key.NONE;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LABEL",
            description = "One that the pool keeps; without it, the labels of the key are listed.")
    private @Nullable String label;

    @Option(
            names = "--version",
            paramLabel = "V",
            description = "Which version (default: the newest).")
    private @Nullable Long version;

    @Option(names = "--remove", description = "Take the label away.")
    private boolean remove;

    @Override
    void run(Rest rest, Printer printer) {
        var path = key.under("/v1/labels");
        if (!remove && label == null) {
            printer.rows(
                    rest.json(Call.get(path)),
                    "versions",
                    "no labelled versions of " + key,
                    Column.of("version"),
                    Column.of("timestamp"),
                    Column.of("label"));
            return;
        }
        var call = remove ? Call.delete(path) : Call.put(path).query("label", label);
        printer.value(
                rest.json(
                        call.query("version", version)
                                .header("Squall-Producer", "cli-" + UUID.randomUUID() + "/1/1")));
    }
}
