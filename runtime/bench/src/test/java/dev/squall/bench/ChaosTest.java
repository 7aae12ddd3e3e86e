package dev.squall.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that put real nodes under faults. Runs with nodes need the server to be built and
 * are switched on by {@code -Dsquall.chaos=true}.
 */
@Timeout(300)
class ChaosTest {

    @TempDir private Path data = Path.of("."); // set by JUnit

    @Test
    void wrongUsageNamesTheValueAndTheLimit() {
        for (var wrong :
                List.of(
                        List.of("chaos", "--nodes", "2"),
                        List.of("chaos", "--faults", "kill,flood"),
                        List.of("chaos", "--clients", "0"),
                        List.of("failover", "--target", "king"),
                        List.of("failover", "--rate", "-3"),
                        List.of("failover", "--kills", "0"))) {
            var run = Run.of(wrong.toArray(String[]::new));
            assertEquals(2, run.code(), wrong + run.err());
            assertTrue(run.err().contains("allowed are"), run.err());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "squall.chaos", matches = "true")
    void everyAnswerIsTrueWhileNodesDiePauseAndComeBack() throws IOException {
        var run =
                Run.of(
                        "chaos",
                        "--seconds",
                        "20",
                        "--faults",
                        "kill,pause,restart",
                        "--data",
                        data.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("lost 0, applied twice 0, undecided 0, violations 0"));
        nothingIsLeft();
    }

    @Test
    @EnabledIfSystemProperty(named = "squall.chaos", matches = "true")
    void noPutIsLostOrAppliedTwiceWhenTheLeaderDies() throws IOException {
        var run =
                Run.of(
                        "failover",
                        "--kills",
                        "2",
                        "--target",
                        "leader",
                        "--rate",
                        "100",
                        "--data",
                        data.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        nothingIsLeft();
    }

    private void nothingIsLeft() throws IOException {
        try (var left = Files.list(data)) {
            assertEquals(List.of(), left.toList(), "left behind");
        }
    }
}
