package dev.squall.bench.failover;

import dev.squall.bench.report.Row;
import java.util.List;
import java.util.Map;

/**
 * What came out.
 *
 * @param rows the puts
 * @param figures beside them
 * @param lines the figures for people
 * @param clean whether nothing was lost or applied twice, and nothing grew
 */
public record Outcome(
        List<Row> rows, Map<String, Object> figures, List<String> lines, boolean clean) {}
