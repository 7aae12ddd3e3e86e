package dev.squall.bench;

import dev.squall.bench.report.Report;
import dev.squall.bench.report.Row;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What all commands have that end with a table of figures. */
abstract class MeasureCommand extends BenchCommand {

    @Option(
            names = "--output",
            paramLabel = "table|json",
            description = "Form of the result (default: table).")
    private Report output = Report.TABLE;

    /** Prints the rows. */
    final void print(List<Row> rows) {
        print(rows, Map.of(), List.of());
    }

    /**
     * Prints the rows with what stands beside them.
     *
     * @param beside figures that have no column, by their names: in JSON
     * @param lines the same for people: before the table
     */
    final void print(List<Row> rows, Map<String, ?> beside, List<String> lines) {
        if (output == Report.TABLE) {
            lines.forEach(out()::println);
        }
        out().println(output.write(rows, beside));
        out().flush();
    }
}
