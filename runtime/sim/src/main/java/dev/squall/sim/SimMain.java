package dev.squall.sim;

import dev.squall.sim.check.Violation;
import java.util.Locale;

/** {@code squall sim}: runs seeds until one fails or all are done. */
public final class SimMain {

    private static final String USAGE =
            """
            usage: squall sim [--seeds N] [--seed S] [--mix M] [--jobs J] [--verbose]
                   squall sim --bugs [WORD...]
              --seeds N    how many seeds to run, from S on (default 100)
              --seed S     the first seed (default 1)
              --mix M      what to look for: any (default), or short runs with many of one sort of
                           rare faults: changes (of the view), gaps (in logs), drops (of pools),
                           wipes (of disks), flips (of bits), forgets (of syncs), tickets (batches
                           over several shards), moves (pools that get other numbers of shards),
                           budgets (that are small), cuts (of ways, under load), trims (of logs,
                           while disks are behind)
              --jobs J     how many run at the same time (default: one a processor)
              --verbose    say every event of every seed; a failing one says them anyway
              --bugs       plant bugs in the core and look for the first seed that finds each;
                           WORD: only those whose name holds it (a checkout and a JDK are needed)
            """;

    private static final int SEEDS_PER_LINE = 100;

    private long seeds = 100;
    private long first = 1;
    private int jobs = Runtime.getRuntime().availableProcessors();
    private Mix mix = Mix.ANY;
    private boolean verbose;
    private boolean help;

    private SimMain() {}

    /** Exits with 0 when all seeds held, 1 at the first violation, 2 when misused. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        var asked = new SimMain();
        try {
            asked.read(args);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.print("squall sim: " + e.getMessage() + "\n" + USAGE);
            return 2;
        }
        if (asked.help) {
            System.out.print(USAGE);
            return 0;
        }
        return asked.run();
    }

    private void read(String... args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seeds" -> seeds = atLeastOne(args[i], args[++i]);
                case "--seed" -> first = Long.parseLong(args[++i]);
                case "--mix" -> mix = Mix.of(args[++i]);
                case "--jobs" -> jobs = (int) Math.min(atLeastOne(args[i], args[++i]), 1024);
                case "--verbose" -> verbose = true;
                case "--help" -> help = true;
                default -> throw new IllegalArgumentException("unknown: " + args[i]);
            }
        }
        if (verbose) {
            jobs = 1; // or the lines of two runs would mix
        }
    }

    private static long atLeastOne(String option, String value) {
        long number = Long.parseLong(value);
        if (number < 1) {
            throw new IllegalArgumentException(option + " " + value + ": at least 1 is needed");
        }
        return number;
    }

    private int run() {
        long began = System.nanoTime();
        var outcome = Seeds.run(first, seeds, jobs, this::events, this::progress);
        var found = outcome.found();
        if (found != null) {
            tell(found);
            return 1;
        }
        System.out.printf("%d seeds from %d on: nothing violated%n", seeds, first);
        pace(outcome.events(), System.nanoTime() - began);
        return 0;
    }

    private void pace(long events, long nanos) {
        double seconds = nanos / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%.0f ms a seed, %d at the same time; %d simulated events, %.0f a second%n",
                seconds * 1000 / seeds,
                jobs,
                events,
                events / seconds);
    }

    private long events(long seed) {
        var done =
                verbose
                        ? Simulation.run(seed, mix, System.out::println)
                        : Simulation.run(seed, mix.label());
        return done.events();
    }

    private void tell(Seeds.Found found) {
        if (!verbose) {
            replay(found.seed());
        }
        System.out.printf(
                "seed %d: %s%nreplay: ./squall sim --seeds 1 --seed %d%s --verbose%n",
                found.seed(),
                found.violation().getMessage(),
                found.seed(),
                mix == Mix.ANY ? "" : " --mix " + mix.label());
        var cause = found.violation().getCause();
        if (cause != null) {
            System.out.println(cause);
            for (var frame : cause.getStackTrace()) {
                System.out.println("    at " + frame);
            }
        }
    }

    /** The same run once more, this time with every event. */
    private void replay(long seed) {
        try {
            Simulation.run(seed, mix, System.out::println);
        } catch (Violation _) {
            // as the first time; the caller says it
        }
    }

    private void progress(long done) {
        if (done % SEEDS_PER_LINE == 0 && done < seeds) {
            System.err.printf("%d of %d seeds%n", done, seeds);
        }
    }
}
