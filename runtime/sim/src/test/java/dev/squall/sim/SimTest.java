package dev.squall.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.sim.check.Violation;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs seeds, shows that one seed is one run, and that the checkers can fail. */
@Timeout(1200)
class SimTest {

    /** Seeds that must hold in every build; `squall sim` runs as many as one likes. */
    private static final int SEEDS = 300;

    /** Seeds of each mix that must hold in every build. */
    private static final int MIX_SEEDS = 8;

    /** A planted bug must be found within so many seeds. */
    private static final int PATIENCE_SEEDS = 60;

    /** A line of the list: a seed, or a seed and a mix as in {@code 43/changes}. */
    record Regression(long seed, String mix) {

        static Regression of(String line) {
            var parts = line.substring(0, line.indexOf(' ')).split("/", -1);
            return new Regression(Long.parseLong(parts[0]), parts.length > 1 ? parts[1] : "any");
        }
    }

    static Stream<Regression> regressionSeeds() throws IOException {
        try (var list = SimTest.class.getResourceAsStream("/regression-seeds.txt")) {
            var text =
                    new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(Regression::of);
        }
    }

    @ParameterizedTest
    @MethodSource("regressionSeeds")
    void whatASeedFoundOnceStaysMended(Regression found) {
        assertTrue(Simulation.run(found.seed(), found.mix()).events() > 0);
    }

    @Test
    void nothingIsViolated() {
        int jobs = Runtime.getRuntime().availableProcessors();
        var outcome = Seeds.run(1, SEEDS, jobs, s -> Simulation.run(s).events(), _ -> {});
        var found = outcome.found();
        assertNull(found, () -> String.valueOf(found));
        assertEquals(SEEDS, outcome.seeds());
        assertTrue(outcome.events() > 1000 * SEEDS, outcome.events() + " events");
    }

    @Test
    void keysMoveInTheirMix() {
        var taken = new ArrayList<String>();
        for (long seed = 1; seed <= MIX_SEEDS; seed++) {
            Simulation.run(
                    seed,
                    Mix.MOVES,
                    line -> {
                        if (line.contains("taken over")) {
                            taken.add(line);
                        }
                    });
        }
        assertTrue(taken.size() > 10 * MIX_SEEDS, taken.size() + " keys");
    }

    @Test
    void whatIsLabelledIsCarriedForwardInItsMix() {
        var carried = new ArrayList<String>();
        for (long seed = 1; seed <= MIX_SEEDS; seed++) {
            Simulation.run(
                    seed,
                    Mix.LABELS,
                    line -> {
                        if (line.contains(" carried forward")) {
                            carried.add(line);
                        }
                    });
        }
        assertTrue(carried.size() > MIX_SEEDS, carried.size() + " versions");
    }

    /** What a mix is made of happens in it, and does no harm. */
    @ParameterizedTest
    @CsvSource({
        "CHANGES, between",
        "GAPS, gap",
        "DROPS, blackout",
        "WIPES, wipe",
        "CUTS, cut",
        "TRIMS, full"
    })
    void aMixStrikes(Mix mix, String word) {
        var strikes = new ArrayList<String>();
        for (long seed = 1; seed <= MIX_SEEDS; seed++) {
            Simulation.run(
                    seed,
                    mix,
                    line -> {
                        if (line.contains("  " + word + "  ")) {
                            strikes.add(line);
                        }
                    });
        }
        assertTrue(strikes.size() > MIX_SEEDS / 2, () -> String.join("\n", strikes));
    }

    @Test
    void oneSeedIsOneRun() {
        assertEquals(events(3), events(3));
    }

    private static List<String> events(long seed) {
        var events = new ArrayList<String>();
        Simulation.run(seed, Mix.ANY, events::add);
        assertTrue(events.size() > 100, events.size() + " events");
        return events;
    }

    @Test
    void aDiskThatLiesAboutSyncIsFound() {
        assertFound(
                new Saboteur() {
                    @Override
                    protected boolean syncs(int node, String file) {
                        return false;
                    }
                });
    }

    @Test
    void countersThatArriveBeforeTheirBytesAreFound() {
        assertFound(
                new Saboteur() {
                    @Override
                    protected List<Write> carry(int from, int to, List<Write> writes) {
                        return writes.reversed();
                    }
                });
    }

    @Test
    void aBitThatFlipsOnTheWayToOneMemberIsFound() {
        assertFound(
                new Saboteur() {
                    @Override
                    protected void applied(int from, int to, Write write, MemorySegment memory) {
                        long length = write.bytes().byteSize();
                        if (to == 2 && write.region() > 1 && length > 400) {
                            long last = write.offset() + length - 200;
                            var was = memory.get(ValueLayout.JAVA_BYTE, last);
                            memory.set(ValueLayout.JAVA_BYTE, last, (byte) (was ^ 1));
                        }
                    }
                });
    }

    @Test
    void writesThatAreLostAreFound() {
        assertFound(
                new Saboteur() {
                    private int count;

                    @Override
                    protected List<Write> carry(int from, int to, List<Write> writes) {
                        return ++count % 50 == 0 ? List.of() : writes;
                    }
                });
    }

    private static void assertFound(Saboteur saboteur) {
        for (long seed = 1; seed <= PATIENCE_SEEDS; seed++) {
            try {
                Simulation.run(seed, saboteur);
            } catch (Violation _) {
                return;
            }
        }
        throw new AssertionError("not found within " + PATIENCE_SEEDS + " seeds");
    }
}
