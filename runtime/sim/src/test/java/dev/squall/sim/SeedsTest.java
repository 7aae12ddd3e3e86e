package dev.squall.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.sim.check.Violation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Seeds side by side are the same runs as seeds one after the other. */
@Timeout(600)
class SeedsTest {

    private static Map<Long, String> runs(int jobs) {
        var texts = new ConcurrentHashMap<Long, String>();
        var outcome =
                Seeds.run(
                        1,
                        6,
                        jobs,
                        seed -> {
                            var done = Simulation.run(seed);
                            texts.put(seed, done.text() + ", " + done.events() + " events");
                            return done.events();
                        },
                        _ -> {});
        assertNull(outcome.found());
        assertEquals(6, outcome.seeds());
        return texts;
    }

    @Test
    void aRunIsTheSameBesideOthers() {
        assertEquals(runs(1), runs(3));
    }

    @Test
    void theFirstThatFailsIsFound() {
        for (int jobs : List.of(1, 4)) {
            var outcome =
                    Seeds.run(
                            10,
                            1000,
                            jobs,
                            seed -> {
                                if (seed == 17 || seed > 19) {
                                    throw new Violation("Any", "seed " + seed);
                                }
                                return 3;
                            },
                            _ -> {});
            var found = outcome.found();
            assertNotNull(found);
            assertEquals(17, found.seed(), jobs + " jobs");
            assertEquals("Any: seed 17", found.violation().getMessage());
            assertTrue(outcome.seeds() <= 8 + jobs, outcome.seeds() + " seeds were run");
            assertTrue(outcome.events() >= 7 * 3, outcome.events() + " events");
        }
    }

    @Test
    void whatIsNoViolationBreaksOff() {
        Seeds.Run broken =
                seed -> {
                    throw new IllegalArgumentException("seed " + seed);
                };
        var e =
                assertThrows(
                        IllegalStateException.class, () -> Seeds.run(3, 1, 1, broken, _ -> {}));
        assertTrue(String.valueOf(e.getCause()).contains("seed 3"), String.valueOf(e.getCause()));
    }
}
