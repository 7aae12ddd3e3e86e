package dev.squall.bench.fabric;

import dev.squall.base.Failure;
import dev.squall.bench.cluster.Cluster;
import dev.squall.bench.cluster.FreePorts;
import dev.squall.bench.node.ProcessFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link SoakMain} in a process of its own, whose heap is of one size from the start, and
 * looks each second at what it holds: memory of its own and handles, which must not grow from a
 * quarter of the writes on.
 */
public final class FabricSoak {

    /** What a process may hold more at the end than when it was warm: 16 MiB. */
    static final long GROWTH_BYTES_MAX = 16L << 20;

    private static final String HEAP = "96m";

    private final String kind;
    private final long writes;
    private final Path scratch;
    private final PrintWriter progress;

    /**
     * @param kind shm, tcp or tls
     * @param scratch for certificates
     */
    public FabricSoak(String kind, long writes, Path scratch, PrintWriter progress) {
        this.kind = kind;
        this.writes = writes;
        this.scratch = scratch;
        this.progress = progress;
    }

    /**
     * What came out.
     *
     * @param clean whether every write was right and nothing grew
     */
    public record Result(boolean clean, Map<String, Object> figures) {

        /** What became of memory and handles, in words. */
        public String growth() {
            return !figures.containsKey("end_handles")
                    ? "the run was too short to see whether it grows"
                    : clean ? "nothing grew" : "IT GREW";
        }
    }

    /** Runs to the end. */
    public Result run() throws IOException, InterruptedException {
        var ports = FreePorts.find(2);
        var certificates = kind.equals("tls") ? Cluster.certificates(2, scratch) : scratch;
        long start = System.nanoTime();
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms" + HEAP,
                                "-Xmx" + HEAP,
                                "-XX:+AlwaysPreTouch",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SoakMain.class.getName(),
                                kind,
                                Long.toString(writes),
                                ports.get(0).toString(),
                                ports.get(1).toString(),
                                certificates.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            return follow(process, start);
        } finally {
            process.destroyForcibly();
        }
    }

    private Result follow(Process process, long start) throws IOException, InterruptedException {
        @Nullable ProcessFigures warm = null;
        @Nullable ProcessFigures last = null;
        boolean done = false;
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                done = line.equals(SoakMain.DONE);
                if (!done) {
                    last = ProcessFigures.of(process.pid());
                    warm = warm == null && Long.parseLong(line) > writes / 4 ? last : warm;
                    progress.printf(
                            Locale.ROOT,
                            "%s: %s writes seen, %d MiB of its own, %d handles%n",
                            kind,
                            line,
                            last.ownBytes() >> 20,
                            last.handles());
                    progress.flush();
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (process.waitFor() != 0 || !done) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "the fabric over %s did not keep its promises; see above".formatted(kind));
        }
        var figures = new LinkedHashMap<String, Object>();
        figures.put("writes", writes);
        figures.put("seconds", Math.round(seconds * 10) / 10.0);
        figures.put("writes_per_s", Math.round(writes / seconds));
        boolean clean = true;
        if (warm != null && last != null) {
            put(figures, "warm", warm);
            put(figures, "end", last);
            clean =
                    last.ownBytes() - warm.ownBytes() <= GROWTH_BYTES_MAX
                            && last.handles() <= warm.handles();
        }
        return new Result(clean, figures);
    }

    private static void put(Map<String, Object> figures, String when, ProcessFigures look) {
        figures.put(when + "_own_bytes", look.ownBytes());
        figures.put(when + "_handles", look.handles());
    }

    /** The kinds that there are. */
    public static List<String> kinds() {
        return List.of("shm", "tcp", "tls");
    }
}
