package dev.squall.bench;

import picocli.CommandLine.Command;

/** {@code squall bench put}. */
@Command(
        name = "put",
        description = {
            "Measure puts: depth callers in a member's process, each of which puts again as soon as"
                    + " it is answered.",
            "",
            "B/OP is what the calling process allocates on the heap per put, the caller included."
                    + " Latencies are those of patient callers: a pause of the cluster is seen by"
                    + " the puts under way only.",
        })
final class PutCommand extends LoadCommand {

    @Override
    String operation() {
        return "put";
    }
}
