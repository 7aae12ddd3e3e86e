package dev.squall.sim.mutant;

import dev.squall.sim.Simulation;
import dev.squall.sim.check.Violation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Runs a mutant, seed by seed, until a checker finds it. */
final class Hunt {

    /** The memory of finished runs is given back now and then, or mappings pile up. */
    private static final int SEEDS_PER_COLLECTION = 16;

    private final Mutant mutant;
    private final Method run;

    /**
     * What was found.
     *
     * @param seed the seed that shows the bug; without the bug it holds
     * @param rule the checker
     * @param what what the checker saw
     */
    record Found(long seed, String rule, String what) {}

    /** Compiles the mutant. */
    Hunt(Mutant mutant) {
        this.mutant = mutant;
        try {
            var loader = new Isolated(Sources.compile(mutant));
            run =
                    loader.loadClass(Simulation.class.getName())
                            .getMethod("run", long.class, String.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot load " + mutant, e);
        }
    }

    /** Runs seeds from the first to the last. Returns the first finding, or null. */
    @Nullable Found search(long first, long last) {
        for (long seed = first; seed <= last; seed++) {
            var found = run(seed);
            if (found != null && holdsWithout(seed)) {
                return found;
            }
            if (seed % SEEDS_PER_COLLECTION == 0) {
                System.gc();
            }
        }
        return null;
    }

    private @Nullable Found run(long seed) {
        try {
            var _ = run.invoke(null, seed, mutant.mix());
            return null;
        } catch (InvocationTargetException e) {
            var thrown = e.getCause();
            // Its class was loaded anew, so it is another class of the same name.
            if (thrown == null || !thrown.getClass().getName().equals(Violation.class.getName())) {
                throw new IllegalStateException("%s, seed %d".formatted(mutant, seed), e);
            }
            var what = String.valueOf(thrown.getMessage());
            return new Found(seed, what.substring(0, what.indexOf(':')), what);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot run " + mutant, e);
        }
    }

    /** Whether it is the bug that was found, and not something else. */
    private boolean holdsWithout(long seed) {
        try {
            return Simulation.run(seed, mutant.mix()).events() > 0;
        } catch (Violation _) {
            return false;
        }
    }
}
