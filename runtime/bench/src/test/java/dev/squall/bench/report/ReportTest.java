package dev.squall.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static List<Row> rows() {
        var latencies = new Histogram(3);
        latencies.recordValue(1_000);
        latencies.recordValue(2_000);
        return List.of(
                Row.of("squall", "put", 1024, 3, 4, 12.346, latencies),
                Row.of("disk", "append", 1024, 1, 1e6, null, latencies));
    }

    @Test
    void jsonHasTheAgreedNamesAndLeavesOutWhatIsAbsent() {
        assertEquals(
                """
                {"results":[\
                {"system":"squall","workload":"put","size":1024,"nodes":3,"ops_per_s":4.0,\
                "ns_per_op":2.5E8,"bytes_per_op":12.35,"p50_us":1.0,"p99_us":2.0,"max_us":2.0},\
                {"system":"disk","workload":"append","size":1024,"nodes":1,\
                "ops_per_s":1000000.0,"ns_per_op":1000.0,\
                "p50_us":1.0,"p99_us":2.0,"max_us":2.0}]}\
                """,
                Report.JSON.write(rows()));
    }

    @Test
    void aTableHasOneLineARow() {
        assertEquals(
                """
                SYSTEM  WORKLOAD  SIZE  NODES    OPS/S      NS/OP  B/OP  P50 US  P99 US  MAX US
                squall  put       1024      3        4  250000000    12    1.00    2.00     2.0
                disk    append    1024      1  1000000       1000          1.00    2.00     2.0\
                """,
                Report.TABLE.write(rows()));
    }
}
