package dev.squall.bench.plot;

import dev.squall.base.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures that a directory of results makes. The same results make the same files. A run in
 * which one system stands alone is not drawn: a bar says nothing without another.
 */
public final class Plots {

    private Plots() {}

    /** Draws them. Returns the files, of which there is none for what was not measured. */
    public static List<Path> draw(Path from, Path to) throws IOException {
        var all = Result.in(from).stream().filter(r -> r.systems().size() > 1).toList();
        var drawn = new ArrayList<Path>();
        var ordered = all.stream().filter(r -> r.isPut("ordered")).toList();
        var alone = ordered.stream().filter(r -> r.depth() == 1).toList();
        var many = ordered.stream().filter(r -> r.depth() > 1).toList();
        var durable = all.stream().filter(r -> r.isPut("durable")).toList();
        if (!alone.isEmpty()) {
            var title = "Ordered puts one at a time, three members: median to 99th percentile";
            drawn.add(write(to, "put-latency.svg", LatencyPlot.of(title, alone)));
        }
        if (!many.isEmpty()) {
            var title = "Ordered puts, many at once, three members";
            drawn.add(write(to, "put-throughput.svg", ThroughputPlot.of(title, many)));
        }
        if (!durable.isEmpty()) {
            var title = "Durable puts, three replicas on one disk, beside that disk alone";
            drawn.add(write(to, "put-durable.svg", ThroughputPlot.of(title, durable)));
        }
        if (drawn.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "there is no result of a put in " + from);
        }
        return List.copyOf(drawn);
    }

    private static Path write(Path to, String name, String svg) throws IOException {
        Files.createDirectories(to);
        return Files.writeString(to.resolve(name), svg);
    }
}
