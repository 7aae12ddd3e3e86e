package dev.squall.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two rounds of {@link KillTest} with real processes; its ledger has tests of its own. */
@Timeout(120)
class KillRoundsTest {

    @TempDir private Path data = Path.of("."); // set by JUnit

    @Test
    void nothingAcknowledgedDurableIsLostWhenAllAreKilledTwice() {
        var run =
                Run.of(
                        "kill",
                        "--rounds",
                        "2",
                        "--load-millis",
                        "600",
                        "--data",
                        data.toString(),
                        "--seed",
                        "5");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().matches("(?s)rounds 2, puts acknowledged [1-9].*"), run.out());
        assertTrue(run.out().contains(" lost 0, violations 0,"), run.out());
    }
}
