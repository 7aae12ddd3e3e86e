package dev.squall.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns of text, two spaces apart, the heading first. Not thread-safe. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int[] widths;

    Table(List<String> header) {
        widths = new int[header.size()];
        row(header);
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], cells.get(i).length());
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(rows.size());
        for (List<String> cells : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(pad(cells.get(i), widths[i])).append(GAP);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
