package dev.squall.sim;

import dev.squall.sim.check.Violation;

/** {@code squall sim}: runs seeds until one fails or all are done. */
public final class SimMain {

    private static final String USAGE =
            """
            usage: squall sim [--seeds N] [--seed S] [--verbose]
              --seeds N    how many seeds to run, from S on (default 100)
              --seed S     the first seed (default 1)
              --verbose    say every event of every seed; a failing one says them anyway
            """;

    /** The memory of finished runs is given back now and then, or mappings pile up. */
    private static final int SEEDS_PER_COLLECTION = 16;

    private SimMain() {}

    /** Exits with 0 when all seeds held, 1 at the first violation, 2 when misused. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        long seeds = 100;
        long first = 1;
        boolean verbose = false;
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seeds" -> seeds = Long.parseLong(args[++i]);
                    case "--seed" -> first = Long.parseLong(args[++i]);
                    case "--verbose" -> verbose = true;
                    case "--help" -> {
                        System.out.print(USAGE);
                        return 0;
                    }
                    default -> throw new IllegalArgumentException("unknown: " + args[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.print("squall sim: " + e.getMessage() + "\n" + USAGE);
            return 2;
        }
        for (long seed = first; seed < first + seeds; seed++) {
            if (!holds(seed, verbose)) {
                return 1;
            }
            progress(seed - first + 1, seeds);
        }
        System.out.printf("%d seeds from %d on: nothing violated%n", seeds, first);
        return 0;
    }

    private static boolean holds(long seed, boolean verbose) {
        try {
            if (verbose) {
                Simulation.run(seed, System.out::println);
            } else {
                Simulation.run(seed);
            }
            return true;
        } catch (Violation found) {
            if (!verbose) {
                replay(seed);
            }
            System.out.printf(
                    "seed %d: %s%nreplay: ./squall sim --seeds 1 --seed %d --verbose%n",
                    seed, found.getMessage(), seed);
            if (found.getCause() != null) {
                System.out.println(found.getCause());
                for (var frame : found.getCause().getStackTrace()) {
                    System.out.println("    at " + frame);
                }
            }
            return false;
        }
    }

    /** The same run once more, this time with every event. */
    private static void replay(long seed) {
        try {
            Simulation.run(seed, System.out::println);
        } catch (Violation _) {
            // as the first time; the caller says it
        }
    }

    private static void progress(long done, long all) {
        if (done % SEEDS_PER_COLLECTION == 0) {
            System.gc();
        }
        if (done % 100 == 0 && done < all) {
            System.err.printf("%d of %d seeds%n", done, all);
        }
    }
}
