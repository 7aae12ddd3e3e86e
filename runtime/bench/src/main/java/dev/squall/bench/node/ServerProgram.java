package dev.squall.bench.node;

import dev.squall.base.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shipped server and the command line of a node. {@code -Dsquall.home} names the project's
 * folder, as the launcher does; without it the folder is looked for from the working directory
 * upwards.
 */
final class ServerProgram {

    private static final String RUNNER = "runtime/server/target/quarkus-app/quarkus-run.jar";

    private ServerProgram() {}

    private static @Nullable Path find() {
        var home = System.getProperty("squall.home", "");
        var folder = Path.of(home).toAbsolutePath();
        while (folder != null) {
            var runner = folder.resolve(RUNNER);
            if (Files.isRegularFile(runner)) {
                return runner;
            }
            folder = home.isEmpty() ? folder.getParent() : null;
        }
        return null;
    }

    /** The command line of a node with these options of the virtual machine. */
    static List<String> command(List<String> settings) {
        var runner = find();
        if (runner == null) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    RUNNER
                            + " is not there; build it with ./squall up --bare --detach, or"
                            + " ./mvnw -Pquick package -pl runtime/server -am");
        }
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xmx384m",
                        "-Xss512k",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
        command.addAll(settings);
        command.add("-jar");
        command.add(runner.toString());
        return command;
    }
}
