package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in the reuse of files of dropped segments. */
final class SpareMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "a file is written over while somebody reads it",
                                    "who holds what he has read reads on undisturbed",
                                    2,
                                    edit(
                                            "log/Spares",
                                            "if (spare.lease().ended()) {",
                                            "if (spare.bytes() > 0) {"))
                            .in("trims"),
                    Mutant.of(
                                    "an old record behind a torn one is taken for a new one",
                                    "a log is a prefix of what was written",
                                    Mutant.RARE,
                                    edit(
                                            "log/Recovery",
                                            "&& RecordLayout.version(m, at) > version &&"
                                                    + " RecordLayout.version(m, at) <= limit",
                                            "&& RecordLayout.version(m, at) <= limit"))
                            .in("trims"),
                    Mutant.of(
                                    "a file is written over before its new name is sure",
                                    "a restarted member finds its segments",
                                    Mutant.RARE,
                                    edit(
                                            "log/Spares",
                                            "disk.syncDirectory(Journal.directory(shard)); // tried"
                                                    + " again until it works",
                                            ""))
                            .in("trims"));

    private SpareMutants() {}
}
