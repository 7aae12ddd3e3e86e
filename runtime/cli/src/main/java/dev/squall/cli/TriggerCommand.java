package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the UDLs bound to a key on some bytes, and stores nothing. */
@Command(name = "trigger", description = "Run the UDLs bound to a key, store nothing.")
final class TriggerCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "KEY", description = "For example /digits/a.")
    private Key key = Key.NONE;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The bytes; - or nothing: standard input.")
    private String file = Input.STANDARD_INPUT;

    @Option(names = "--wait", description = "Wait for the answer and print it as it is.")
    private boolean wait;

    @Override
    void run(Rest rest, Printer printer) throws IOException {
        Call call =
                Call.post(key.under("/v1/trigger"))
                        .query("reply", wait ? "wait" : null)
                        .body("application/octet-stream", Input.body(file));
        if (wait && printer.form() == OutputForm.TABLE) {
            System.out.write(rest.bytes(call));
            System.out.flush();
        } else {
            printer.value(rest.json(call));
        }
    }
}
