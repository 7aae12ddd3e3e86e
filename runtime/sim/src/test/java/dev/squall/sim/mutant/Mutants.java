package dev.squall.sim.mutant;

import java.util.List;
import java.util.stream.Stream;

/**
 * The planted bugs. Each is one that somebody could really write, and each must be found. The texts
 * are short, so that they outlive changes around them; when one no longer stands in its file, the
 * test says so.
 */
final class Mutants {

    /** A bug must be found within so many seeds. */
    static final long PATIENCE_SEEDS = 2000;

    static final List<Mutant> ALL =
            Stream.of(
                            DataMutants.ALL,
                            DiskMutants.ALL,
                            SpareMutants.ALL,
                            ViewMutants.ALL,
                            SessionMutants.ALL,
                            TicketMutants.ALL,
                            CheckpointMutants.ALL,
                            MoveMutants.ALL,
                            BudgetMutants.ALL,
                            PipelineMutants.ALL,
                            LabelMutants.ALL)
                    .flatMap(List::stream)
                    .toList();

    private Mutants() {}

    /** Those that are found quickly, so that every build can look for them. */
    static List<Mutant> quick() {
        return ALL.stream().filter(m -> m.seed() != Mutant.RARE).toList();
    }
}
