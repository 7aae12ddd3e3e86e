package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;
import java.util.stream.Stream;

/** Bugs in what a start believes instead of reading it. */
final class CheckpointMutants {

    static final List<Mutant> ALL =
            Stream.of(
                            Mutant.of(
                                    "a checkpoint from before a cut is believed",
                                    "what was never agreed on stays",
                                    3,
                                    edit("log/Recovery", "&& checkpoint.endsBy(limit)", ""),
                                    edit(
                                            "log/Recovery",
                                            "long end = validPrefix(last.memory(), last.begin,"
                                                    + " last.used()); believed",
                                            "version = checkpoint.version(); timestamp ="
                                                + " checkpoint.timestamp(); long end = last.used();"
                                                + " believed")),
                            Mutant.of(
                                    "a checkpoint that is newer than its log is believed",
                                    "a part of the log is passed over",
                                    3,
                                    edit("log/Journal", "return number;", "return number + 1;"),
                                    edit(
                                            "log/Recovery",
                                            "file.size() != sealed.used()",
                                            "file.size() < 0")),
                            Mutant.of(
                                    "a checkpoint keeps the first of a key's new places",
                                    "a restart brings an old version back",
                                    3,
                                    edit(
                                            "store/SealedFold",
                                            "changed.put(RecordLayout.key(m, o), place);",
                                            "changed.putIfAbsent(RecordLayout.key(m, o),"
                                                    + " place);")))
                    .map(mutant -> mutant.in("trims"))
                    .toList();

    private CheckpointMutants() {}
}
