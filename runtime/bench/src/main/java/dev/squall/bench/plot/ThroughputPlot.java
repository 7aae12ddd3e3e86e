package dev.squall.bench.plot;

import dev.squall.bench.plot.Svg.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * How much each system took in a second: bars, to scale within a group, which is one run. The
 * longest bar of each has the same length, for small and large objects have no scale in common.
 */
final class ThroughputPlot {

    private static final int LEFT = 130;
    private static final int LONGEST = 400;
    private static final int ROW = 22;

    private final Svg svg = new Svg();
    private double y = 24;

    private ThroughputPlot() {}

    /** The picture of some runs. */
    static String of(String title, List<Result> runs) {
        var plot = new ThroughputPlot();
        plot.svg.text(10, plot.y, Anchor.START, true, title);
        plot.y += 8;
        runs.forEach(plot::group);
        return plot.svg.finish(plot.y + 8, title);
    }

    private void group(Result run) {
        y += ROW;
        svg.text(10, y - 5, Anchor.START, false, run.conditions());
        double most = run.systems().stream().mapToDouble(s -> s.opsPerSecond()).max().orElse(1);
        for (var system : run.systems()) {
            y += ROW;
            var colour = system.system().equals("squall") ? Svg.BLUE : Svg.GREY;
            double length = Math.max(1, system.opsPerSecond() / most * LONGEST);
            svg.text(LEFT - 12, y - 5, Anchor.END, false, system.system());
            svg.bar(LEFT, y - 17, length, ROW - 6, colour);
            svg.text(LEFT + length + 8, y - 5, Anchor.START, false, label(run, system));
        }
        y += 8;
    }

    private static String label(Result run, Result.Measured system) {
        double megabytes = system.opsPerSecond() * run.size() / 1e6;
        return String.format(
                Locale.ROOT,
                megabytes < 10 ? "%,.0f/s, %.1f MB/s" : "%,.0f/s, %.0f MB/s",
                system.opsPerSecond(),
                megabytes);
    }
}
