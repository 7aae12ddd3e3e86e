package dev.squall.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows in one of two forms. */
public enum Report {
    /** Aligned columns. */
    TABLE {
        @Override
        public String write(List<Row> rows, Map<String, ?> beside) {
            var lines = new ArrayList<List<String>>();
            lines.add(HEADING);
            rows.forEach(r -> lines.add(cells(r)));
            return aligned(lines);
        }
    },
    /** One document. */
    JSON {
        @Override
        public String write(List<Row> rows, Map<String, ?> beside) {
            var document = new LinkedHashMap<String, Object>();
            document.put("results", rows);
            document.putAll(beside);
            try {
                return new JsonMapper().writeValueAsString(document);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    };

    private static final List<String> HEADING =
            List.of(
                    "SYSTEM",
                    "WORKLOAD",
                    "SIZE",
                    "NODES",
                    "OPS/S",
                    "NS/OP",
                    "B/OP",
                    "P50 US",
                    "P99 US",
                    "MAX US");

    /** The rows alone. */
    public String write(List<Row> rows) {
        return write(rows, Map.of());
    }

    /**
     * The rows, and in JSON what stands beside them.
     *
     * @param beside figures that have no column, by their names
     */
    public abstract String write(List<Row> rows, Map<String, ?> beside);

    private static List<String> cells(Row r) {
        return List.of(
                r.system(),
                r.workload(),
                String.valueOf(r.size()),
                String.valueOf(r.nodes()),
                number(r.opsPerSecond(), 0),
                number(r.nanosPerOp(), 0),
                number(r.bytesPerOp(), 0),
                number(r.p50Micros(), 2),
                number(r.p99Micros(), 2),
                number(r.maxMicros(), 1));
    }

    private static String number(@Nullable Double value, int digits) {
        return value == null ? "" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Names to the left, numbers to the right. */
    private static String aligned(List<List<String>> lines) {
        var text = new StringBuilder();
        for (var line : lines) {
            var row = new StringBuilder();
            for (int c = 0; c < line.size(); c++) {
                int column = c;
                int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
                var gap = " ".repeat(width - line.get(c).length());
                row.append(c < 2 ? line.get(c) + gap : gap + line.get(c)).append("  ");
            }
            text.append(row.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }
}
