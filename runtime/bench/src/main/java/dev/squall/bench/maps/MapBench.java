package dev.squall.bench.maps;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.bench.report.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures several systems one after the other, each in a process of its own, so that none is
 * compiled for what another did. The heap's objects are on huge pages wherever a system uses them.
 */
public final class MapBench {

    /** Keys with a past are among them. */
    public static final int KEYS_MIN = 1000;

    /** More would not fit in the memory of any machine that this is run on. */
    public static final int KEYS_MAX = 1 << 30;

    /** Heap of a process: enough for the map that keeps all on the heap. */
    private static final String HEAP = "-Xmx8g";

    private final int size;
    private final int keys;
    private final int versions;
    private final int threads;
    private final double seconds;
    private final PrintWriter progress;

    /**
     * @param versions versions of each of a thousand keys, if above 1: then only they are read
     * @param threads how many read at the same time
     */
    public MapBench(
            int size, int keys, int versions, int threads, double seconds, PrintWriter progress) {
        this.size = size;
        this.keys = keys;
        this.versions = versions;
        this.threads = threads;
        this.seconds = seconds;
        this.progress = progress;
    }

    /** Runs them. The first rows are the store's own. */
    public List<Row> run(List<MapSystem> systems, Path scratch)
            throws IOException, InterruptedException {
        var rows = new ArrayList<Row>();
        for (var system : systems) {
            if (versions > 1 && system != MapSystem.SQUALL) {
                continue; // they keep no past
            }
            progress.printf("%s: %d keys of %d bytes%n", system.label(), keys, size);
            progress.flush();
            rows.addAll(run(system, Files.createDirectories(scratch.resolve(system.label()))));
        }
        return rows;
    }

    private List<Row> run(MapSystem system, Path directory)
            throws IOException, InterruptedException {
        var log = directory.resolve("log");
        var process =
                new ProcessBuilder(command(system, directory)).redirectError(log.toFile()).start();
        var rows = new ArrayList<Row>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var mapper = new JsonMapper();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    rows.add(mapper.readValue(line, Row.class));
                }
            }
        }
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(
                    "%s ended with %d:%n%s".formatted(system.label(), code, Files.readString(log)));
        }
        return rows;
    }

    private List<String> command(MapSystem system, Path directory) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        HEAP,
                        "-XX:+UseParallelGC",
                        "-XX:+UseTransparentHugePages",
                        "-Dchronicle.analytics.disable=true",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        for (var open : OPENED) {
            command.add("--add-opens=" + open + "=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), MapMain.class.getName()));
        command.addAll(
                List.of(
                        system.name(),
                        "" + size,
                        "" + keys,
                        "" + versions,
                        "" + threads,
                        "" + seconds,
                        directory.toString()));
        return command;
    }

    /** What peers reach into. */
    private static final List<String> OPENED =
            List.of(
                    "java.base/java.lang",
                    "java.base/java.lang.reflect",
                    "java.base/java.io",
                    "java.base/java.nio",
                    "java.base/java.util",
                    "java.base/sun.nio.ch",
                    "java.base/jdk.internal.misc",
                    "java.base/jdk.internal.ref",
                    "jdk.compiler/com.sun.tools.javac",
                    "jdk.compiler/com.sun.tools.javac.file");
}
