package dev.squall.bench;

import dev.squall.base.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A bench that has a name but is not built yet: it says so and fails. */
@Command(description = "Not available yet.")
final class NotYetCommand implements Callable<Integer> {

    private final String name;

    private NotYetCommand(String name) {
        this.name = name;
    }

    static CommandLine named(String name) {
        return new CommandLine(new NotYetCommand(name))
                .setUnmatchedArgumentsAllowed(true)
                .setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        throw new Failure(
                Failure.Kind.NOT_AVAILABLE_YET, "`bench " + name + "` is not available yet");
    }
}
