package dev.squall.sim;

import dev.squall.sim.check.Violation;
import java.util.Locale;

/** {@code squall sim}: runs seeds until one fails or all are done. */
public final class SimMain {

    private static final String USAGE =
            """
            usage: squall sim [--seeds N] [--seed S] [--verbose] | --bugs [WORD...]
              --seeds N    how many seeds to run, from S on (default 100)
              --seed S     the first seed (default 1)
              --verbose    say every event of every seed; a failing one says them anyway
              --bugs       plant bugs in the core and look for the first seed that finds each;
                           WORD: only those whose name holds it (a checkout and a JDK are needed)
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
        long began = System.nanoTime();
        long events = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            long happened = events(seed, verbose);
            if (happened < 0) {
                return 1;
            }
            events += happened;
            progress(seed - first + 1, seeds);
        }
        System.out.printf("%d seeds from %d on: nothing violated%n", seeds, first);
        pace(seeds, events, System.nanoTime() - began);
        return 0;
    }

    private static void pace(long seeds, long events, long nanos) {
        double seconds = nanos / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%.0f ms a seed; %d simulated events, %.0f a second%n",
                seconds * 1000 / seeds,
                events,
                events / seconds);
    }

    /** Runs a seed. Returns how many things happened in it, or -1 when something was violated. */
    private static long events(long seed, boolean verbose) {
        try {
            var done = verbose ? Simulation.run(seed, System.out::println) : Simulation.run(seed);
            return done.events();
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
            return -1;
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
