package dev.squall.cli.local;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The project's folder, with what the build has put there, and the command lines of the programs in
 * it. The launcher names the folder with {@code -Dsquall.home}.
 */
public record Home(Path dir) {
    private static final String SERVER = "runtime/server/target/quarkus-app/quarkus-run.jar";
    private static final String EDGE = "edge-agent/target/squall-edge.jar";
    private static final String CLIPS = "edge-agent/src/main/clips";
    private static final Pattern CLIP = Pattern.compile(".*\\.(mp4|mkv|avi|mov|webm|mjpe?g|ts)");
    private static final List<String> DEMO_UDLS = List.of("digits", "motion");

    /**
     * Environment of every process with native math: one thread, asleep when it has nothing to do.
     */
    public static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "OMP_NUM_THREADS", "1",
                    "OMP_WAIT_POLICY", "PASSIVE",
                    "OPENBLAS_NUM_THREADS", "1");

    /** An edge box has little memory: no second compiler, little room for its code. */
    private static final List<String> SMALL =
            List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=16m", "-Xss256k");

    /** The folder that the launcher named. */
    public static Home find() {
        String home = System.getProperty("squall.home", "");
        if (home.isEmpty()) {
            throw new Failure(
                    "the project's folder is not known",
                    "Start this through the launcher ./squall, or set -Dsquall.home=DIR.");
        }
        return new Home(Path.of(home).toAbsolutePath().normalize());
    }

    /** The command line of one node; C2 stays on, memory is kept small for several on a machine. */
    public List<String> node(Path config) {
        return node(config, List.of());
    }

    /** Where native libraries are looked for: what was built here, then where systems have them. */
    private String libraries() {
        return dir.resolve("runtime/rdma/target/native")
                + ":"
                + System.getProperty("java.library.path", "");
    }

    /** The same with system properties that go before what the configuration says. */
    public List<String> node(Path config, List<String> overrides) {
        List<String> command = java("-Xmx384m");
        // DiSNI needs an internal interface of the JDK, and its library by this name and path.
        command.add("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
        command.add("-Djava.library.path=" + libraries());
        command.add("-Dquarkus.config.locations=" + config.toAbsolutePath());
        command.addAll(overrides);
        command.addAll(words(System.getenv().getOrDefault("SQUALL_NODE_OPTS", "")));
        command.add("-jar");
        command.add(built(SERVER).toString());
        return command;
    }

    /** The command line of an edge agent with these arguments. */
    public List<String> edge(List<String> arguments) {
        return edge(arguments, List.of());
    }

    /** The same with options for its virtual machine. */
    public List<String> edge(List<String> arguments, List<String> options) {
        List<String> command = java("-Xmx32m");
        command.addAll(SMALL);
        command.addAll(options);
        command.add("-jar");
        command.add(built(EDGE).toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> java(String heap) {
        return new ArrayList<>(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        heap,
                        "-Xss512k",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        // The limit of JavaCPP counts mapped files too, and a node maps its log.
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-Dorg.bytedeco.javacpp.cachedir=" + cache().resolve("javacpp")));
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
    }

    /** Native libraries are unpacked once a user, not once a node. */
    private static Path cache() {
        String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path base =
                xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("squall");
    }

    /** The jars of the demo's UDLs, in the order of their upload. */
    public List<Path> demoUdls() {
        List<Path> jars = new ArrayList<>();
        for (String name : DEMO_UDLS) {
            Path target = dir.resolve("udl/samples/" + name + "/target");
            jars.add(first(target, "squall-sample-" + name + "-*.jar", Pattern.compile(".*")));
        }
        return jars;
    }

    /** The clip that the demo's camera plays. */
    public Path clip() {
        return first(dir.resolve(CLIPS), "*", CLIP);
    }

    private static Path first(Path folder, String glob, Pattern name) {
        if (Files.isDirectory(folder)) {
            var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            try (var files = Files.list(folder)) {
                var found =
                        files.filter(file -> matcher.matches(file.getFileName()))
                                .filter(file ->
                                        name.matcher(file.getFileName().toString()).matches())
                                .filter(file -> !file.toString().endsWith("-sources.jar"))
                                .sorted()
                                .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw missing(folder.resolve(glob));
    }

    private Path built(String name) {
        Path file = dir.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw missing(file);
        }
        return file;
    }

    private static Failure missing(Path file) {
        return new Failure(
                file + " is missing",
                "Build it: ./squall up does so by itself when it is started from a whole"
                        + " checkout.");
    }
}
