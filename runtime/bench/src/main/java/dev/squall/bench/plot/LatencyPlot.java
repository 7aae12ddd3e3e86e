package dev.squall.bench.plot;

import dev.squall.bench.plot.Svg.Anchor;
import java.util.List;
import java.util.Locale;

/**
 * Latencies of calls: for each system a line from the median to the 99th percentile, on an axis on
 * which each step is ten times the one before. A group of lines is one run.
 */
final class LatencyPlot {

    private static final int LEFT = 130;
    private static final int RIGHT = 640;
    private static final int ROW = 24;

    private final Svg svg = new Svg();
    private final double low;
    private final double high;
    private double y = 24;

    private LatencyPlot(List<Result> runs) {
        var all = runs.stream().flatMap(r -> r.systems().stream()).toList();
        low = Math.floor(Math.log10(all.stream().mapToDouble(s -> s.p50Micros()).min().orElse(1)));
        high = Math.ceil(Math.log10(all.stream().mapToDouble(s -> s.p99Micros()).max().orElse(10)));
    }

    /** The picture of some runs. */
    static String of(String title, List<Result> runs) {
        return new LatencyPlot(runs).draw(title, runs);
    }

    private String draw(String title, List<Result> runs) {
        svg.text(10, y, Anchor.START, true, title);
        y += 8;
        double top = y;
        runs.forEach(this::group);
        for (int decade = (int) low; decade <= high; decade++) {
            double at = x(Math.pow(10, decade));
            svg.line(at, top, at, y, 0.4, Svg.GREY);
            svg.text(at, y + 16, Anchor.MIDDLE, false, micros(Math.pow(10, decade)));
        }
        return svg.finish(y + 28, title);
    }

    private void group(Result run) {
        y += ROW;
        svg.text(10, y - 6, Anchor.START, false, run.conditions());
        for (var system : run.systems()) {
            y += ROW;
            var colour = system.system().equals("squall") ? Svg.BLUE : Svg.GREY;
            double from = x(system.p50Micros());
            double to = x(system.p99Micros());
            svg.text(LEFT - 12, y - 5, Anchor.END, false, system.system());
            svg.line(from, y - 9, to, y - 9, 3, colour);
            svg.line(to, y - 14, to, y - 4, 2, colour);
            svg.dot(from, y - 9, 5, colour);
            var label = micros(system.p50Micros()) + " to " + micros(system.p99Micros());
            svg.text(to + 8, y - 5, Anchor.START, false, label);
        }
        y += 8;
    }

    private double x(double micros) {
        double share = (Math.log10(micros) - low) / Math.max(1, high - low);
        return LEFT + share * (RIGHT - LEFT);
    }

    private static String micros(double micros) {
        if (micros < 10) {
            return String.format(Locale.ROOT, "%.1f µs", micros);
        }
        return micros < 1000
                ? String.format(Locale.ROOT, "%.0f µs", micros)
                : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
    }
}
