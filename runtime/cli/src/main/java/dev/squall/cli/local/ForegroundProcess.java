package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A process that has the terminal until it ends. When this program is asked to end, it asks the
 * process, and waits as long as {@link Stopper} does.
 */
public final class ForegroundProcess {
    private ForegroundProcess() {}

    /** Runs the command and returns its exit code. */
    public static int run(List<String> command, Map<String, String> environment) {
        try {
            var builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(environment);
            Process process = builder.start();
            var known = ProcessRecord.of("process", process.pid(), "");
            Thread stop =
                    Thread.ofPlatform().unstarted(() -> new Stopper(_ -> {}).stop(List.of(known)));
            Runtime.getRuntime().addShutdownHook(stop);
            return process.waitFor();
        } catch (IOException e) {
            throw new Failure("cannot start " + command.getFirst() + ": " + e.getMessage(), "", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", "", e);
        }
    }
}
