package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line accepts, and what it answers to what it does not. */
class SquallTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "get",
                "get no/slash",
                "get /k --version x",
                "get /k --version 1 --at 2026-01-01T00:00:00Z",
                "put /k --ack maybe",
                "put /k --if-match 1 --if-none-match",
                "status --output xml",
                "pool",
                "pool create /p",
                "pool create /p --store none",
                "udl alias a",
                "up --nodes many",
                "up --fabric carrier-pigeon",
                "node",
                "edge --key /k",
            })
    void wrongUsageIsTwoAndExplained(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" ", -1));
        assertEquals(2, run.code(), run.err());
        assertTrue(
                run.err().contains("Usage: squall") || run.err().contains("Did you mean: squall "),
                run.err());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plan x.yaml",
                "support-bundle",
                "graph import dfgs.json",
                "model load m f.pt",
                "model unload m",
            })
    void whatIsNotBuiltYetSaysSo(String line) {
        Run run = Run.of(line.split(" ", -1));
        assertEquals(1, run.code());
        assertTrue(run.err().contains("not available yet"), run.err());
    }

    @Test
    void helpNamesEveryCommandAndMarksWhatIsMissing() {
        Run run = Run.of("--help");
        assertEquals(0, run.code());
        for (String name :
                List.of(
                        "up",
                        "down",
                        "status",
                        "node",
                        "pool",
                        "put",
                        "get",
                        "ls",
                        "history",
                        "rm",
                        "watch",
                        "trigger",
                        "udl",
                        "graph",
                        "model",
                        "infer",
                        "edge",
                        "ca",
                        "plan",
                        "bench",
                        "sim",
                        "log",
                        "support-bundle")) {
            assertTrue(run.out().contains("\n  " + name + " "), name + " in\n" + run.out());
        }
        assertTrue(run.out().contains("Compute a placement and explain it (not available yet)."));
    }

    @Test
    void sharedOptionsMayStandBeforeAndAfterTheCommand() {
        for (String line :
                List.of(
                        "--url http://127.0.0.1:1 pool list",
                        "pool --url http://127.0.0.1:1 list",
                        "pool list --url http://127.0.0.1:1")) {
            Run run = Run.of(line.split(" ", -1));
            assertEquals(1, run.code());
            assertTrue(
                    run.err().startsWith("squall: nothing answers at http://127.0.0.1:1\n"),
                    run.err());
        }
    }

    @Test
    void aMissingFileIsAFailureNotAStackTrace() {
        Run run = Run.of("put", "/a/b", "no-such-file", "--url", "http://127.0.0.1:1");
        assertEquals(1, run.code());
        assertEquals(
                """
                squall: cannot read the file 'no-such-file'
                Check its name, or use - for standard input.
                """,
                run.err());
    }
}
