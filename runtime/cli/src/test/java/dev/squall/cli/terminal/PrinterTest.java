package dev.squall.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrinterTest {
    private static final JsonNode POOLS =
            Printer.parse(
                    """
                    {"pools":[{"name":"/cameras","shards":2,"retention":{"bytes":5},"on":[1,2]},
                              {"name":"/e","shards":12}]}\
                    """
                            .getBytes(StandardCharsets.UTF_8),
                    "the test's text");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Printer printer(OutputForm form) {
        return new Printer(new PrintWriter(out), new PrintWriter(err), form);
    }

    private static final Column[] COLUMNS = {
        Column.of("name"),
        Column.of("shards"),
        Column.of("BYTES", "/retention/bytes"),
        Column.of("on")
    };

    @Test
    void aTableIsAligned() {
        printer(OutputForm.TABLE).rows(POOLS, "pools", "none", COLUMNS);
        assertEquals(
                """
                NAME      SHARDS  BYTES  ON
                /cameras  2       5      1,2
                /e        12      -      -
                """,
                out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void aListMayBeTheAnswerItself() {
        printer(OutputForm.TABLE).rows(POOLS.path("pools"), "pools", "none", Column.of("name"));
        assertEquals("NAME\n/cameras\n/e\n", out.toString());
    }

    @Test
    void noRowsAreSaid() {
        printer(OutputForm.TABLE).rows(POOLS.path("none"), "pools", "no pools", COLUMNS);
        assertEquals("no pools\n", out.toString());
    }

    @Test
    void programsGetTheWholeAnswer() {
        printer(OutputForm.JSON).rows(POOLS, "pools", "none", COLUMNS);
        assertEquals(
                POOLS,
                Printer.parse(out.toString().getBytes(StandardCharsets.UTF_8), "the output"));
        out.getBuffer().setLength(0);
        printer(OutputForm.YAML).value(POOLS.at("/pools/0"));
        assertEquals(
                """
                name: /cameras
                shards: 2
                retention:
                  bytes: 5
                "on":
                - 1
                - 2
                """,
                out.toString());
    }

    @Test
    void anObjectIsALineAField() {
        printer(OutputForm.TABLE).value(POOLS.at("/pools/0"));
        assertEquals(
                """
                name       /cameras
                shards     2
                retention  {"bytes":5}
                on         1,2
                """,
                out.toString());
    }

    @Test
    void remarksStayOutOfWhatProgramsRead() {
        printer(OutputForm.JSON).say("starting");
        assertEquals("", out.toString());
        assertEquals("starting\n", err.toString());
    }
}
