package dev.squall.bench.recovery;

import dev.squall.bench.report.Row;
import dev.squall.log.FileDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens shards with much history and little that lives, each time in a process of its own: by their
 * checkpoint, and as a whole.
 */
public final class RecoveryBench {

    private final PrintWriter progress;
    private final Path scratch;

    public RecoveryBench(Path scratch, PrintWriter progress) {
        this.scratch = scratch;
        this.progress = progress;
    }

    /** What one process found. */
    private record Opened(long bytes, long nanos, long keys, boolean quick, long checkNanos) {

        static Opened of(String line) {
            var n = Arrays.stream(line.strip().split(" ", -1)).mapToLong(Long::parseLong).toArray();
            return new Opened(n[0], n[1], n[2], n[3] == 1, n[4]);
        }
    }

    /** Measures one history. */
    public List<Row> run(History history) throws IOException, InterruptedException {
        var directory = Files.createDirectories(scratch.resolve(history.bytes() + "-bytes"));
        say("writes %,d bytes, of which %,d live".formatted(history.bytes(), history.liveBytes()));
        long puts = history.write(new FileDisk(directory));
        var rows = new ArrayList<Row>();
        var quick = open(directory);
        rows.add(row(history, "open by checkpoint", quick.nanos(), quick.keys(), null));
        double checked = rate(quick, quick.checkNanos());
        rows.add(row(history, "check the rest", quick.checkNanos(), puts, checked));
        Files.delete(directory.resolve("shard-" + History.SHARD).resolve("checkpoint"));
        var whole = open(directory);
        if (!quick.quick() || whole.quick() || quick.keys() != whole.keys()) {
            throw new IOException(quick + " is not what " + whole + " is");
        }
        double read = rate(whole, whole.nanos());
        rows.add(row(history, "open by the whole log", whole.nanos(), puts, read));
        return rows;
    }

    private static double rate(Opened opened, long nanos) {
        return opened.bytes() / (double) nanos;
    }

    private Row row(
            History history, String what, long nanos, long items, @Nullable Double gigabytes) {
        var rate = gigabytes == null ? "" : ", %.2f GB/s".formatted(gigabytes);
        say("  %s: %,d ms%s".formatted(what, nanos / 1_000_000, rate));
        double micros = nanos / 1000.0;
        var workload = "%s, %d MB of history".formatted(what, history.bytes() / 1_000_000);
        return new Row(
                "squall",
                workload,
                history.size(),
                1,
                items * 1e9 / nanos,
                (double) nanos / items,
                null,
                null,
                null,
                micros);
    }

    private void say(String text) {
        progress.println(text);
        progress.flush();
    }

    private static Opened open(Path directory) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                OpenMain.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the process that opens the log failed");
        }
        return Opened.of(said);
    }
}
