package dev.squall.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Option(names = "--peers", hidden = true, split = ",", description = "Not available yet.")
    private @Nullable List<String> peers;

    @Override
    public Integer call() throws Exception {
        if (peers != null) {
            throw LoadOptions.notYet("--peers");
        }
        return super.call();
    }

    @Override
    String operation() {
        return "put";
    }
}
