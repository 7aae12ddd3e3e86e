package dev.squall.sim.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every planted bug is found, and what is found is the bug; several are hunted side by side. */
@Timeout(1200)
@Execution(ExecutionMode.CONCURRENT)
class MutantsTest {

    /** From the seed that is known to find it on, so many are tried first. */
    private static final long WINDOW_SEEDS = 8;

    /** Then so many from the first one on; {@code squall sim --bugs} tries more. */
    private static final long BOUND_SEEDS = 80;

    /** Seeds under which a mutant that changes nothing must hold. */
    private static final long HONEST_SEEDS = 5;

    static List<Mutant> mutants() {
        return Mutants.quick();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isFound(Mutant mutant) {
        var hunt = new Hunt(mutant);
        var found = hunt.search(mutant.seed(), mutant.seed() + WINDOW_SEEDS - 1);
        if (found == null) {
            found = hunt.search(1, BOUND_SEEDS);
        }
        assertNotNull(found, "not within " + BOUND_SEEDS + " seeds");
    }

    /** What is found comes from the bug, not from compiling and loading anew. */
    @Test
    void whatChangesNothingHolds() {
        var text = "members = layout.members();";
        var same = new Mutant.Edit("order/Multicast", text, "members = (layout.members());");
        var hunt = new Hunt(Mutant.of("the same", "nothing", 1, same));
        assertNull(hunt.search(1, HONEST_SEEDS));
    }

    @Test
    void theTextMustStandThereOnce() {
        var edit = new Mutant.Edit("any", "b", "x");
        assertEquals("axc", edit.applyTo("abc"));
        for (var file : List.of("ac", "abcb")) {
            assertThrows(IllegalArgumentException.class, () -> edit.applyTo(file), file);
        }
    }

    @Test
    void whatDoesNotCompileIsRefused() {
        var broken = new Mutant.Edit("view/View", "seats.size() / 2 + 1", "seats.");
        var mutant = Mutant.of("broken", "the build", 1, broken);
        var e = assertThrows(IllegalArgumentException.class, () -> new Hunt(mutant));
        assertTrue(e.toString().contains("does not compile"), e.toString());
    }
}
