package dev.squall.bench;

import picocli.CommandLine.Command;

/** {@code squall bench get}. */
@Command(
        name = "get",
        description = {
            "Measure gets of random keys: threads in a member's process read by reference, each key"
                    + " depending on the value before; with --url, connections read by REST.",
            "",
            "Latencies of local gets include one reading of the clock, about 25 ns.",
        })
final class GetCommand extends LoadCommand {

    @Override
    String operation() {
        return "get";
    }
}
