package dev.squall.bench.node;

import dev.squall.base.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the machine, such as {@code ip} and {@code mount}. */
final class Shell {

    /** How long a command may take: 10 s. */
    private static final int SECONDS_MAX = 10;

    private Shell() {}

    /** What a command said, and how it ended. */
    record Result(int code, String said) {}

    /** Runs a command; one that is not there or takes too long ends with 127. */
    static Result run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(127, "took longer than " + SECONDS_MAX + " s");
            }
            var said = process.getInputStream().readAllBytes();
            return new Result(process.exitValue(), new String(said, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether a command, its words separated by blanks, ends well. */
    static boolean works(String command) {
        return run(List.of(command.split(" ", -1))).code() == 0;
    }

    /** Runs a command, its words separated by blanks, that must end well. */
    static void must(String command) {
        var result = run(List.of(command.split(" ", -1)));
        if (result.code() != 0) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "`%s` ended with %d: %s"
                            .formatted(command, result.code(), result.said().strip()));
        }
    }
}
