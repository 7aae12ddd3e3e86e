package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;
import java.util.stream.Stream;

/** Bugs in how what has a label stays when the rest goes. */
final class LabelMutants {

    static final List<Mutant> ALL =
            Stream.of(
                            Mutant.of(
                                    "a segment goes though something in it is labelled",
                                    "what is labelled is lost",
                                    2,
                                    edit(
                                            "store/Trimming",
                                            "return tickets.need(first) || kept.needs(first);",
                                            "return tickets.need(first);")),
                            Mutant.of(
                                    "whatever is carried forward is its key's newest",
                                    "what was overwritten comes back",
                                    2,
                                    edit(
                                            "store/Labels",
                                            "boolean newest = index.newest(m, at) =="
                                                    + " of.location();",
                                            "boolean newest = index.newest(m, at) >= 0;")),
                            Mutant.of(
                                    "an old version answers for all that came after it",
                                    "a served past changes",
                                    2,
                                    edit(
                                            "store/Kept",
                                            "return one.next() == 0 || bound < next ?"
                                                    + " one.location() : 0;",
                                            "return one.location();")),
                            Mutant.of(
                                    "more is labelled than may be",
                                    "what is kept has a bound",
                                    2,
                                    edit(
                                            "store/Kept",
                                            "bytes() + more <= keep.bytes() &&",
                                            "bytes() <= keep.bytes() &&")),
                            Mutant.of(
                                    "a label that comes with a put is left behind",
                                    "what is labelled is lost",
                                    2,
                                    edit(
                                            "log/Log",
                                            "& LabelLayout.FLAGS_KEPT;",
                                            "& RecordLayout.FLAG_IMPORT;")),
                            Mutant.of(
                                    "a label cannot be taken away",
                                    "what nobody wants stays",
                                    2,
                                    edit("store/Kept", "if (label == 0) {", "if (label < 0) {")),
                            Mutant.of(
                                    "nobody carries anything forward",
                                    "what is labelled holds up what is not",
                                    3,
                                    edit(
                                            "node/CarryForward",
                                            "!epoch.sendsFirst()",
                                            "epoch.sendsFirst()")),
                            Mutant.of(
                                    "a checkpoint says nothing of labels",
                                    "what is labelled is lost",
                                    2,
                                    edit(
                                            "store/SealedFold",
                                            "kept.write(state, log.first());",
                                            "kept.write(state, Long.MAX_VALUE);")),
                            Mutant.of(
                                    "who is filled does not find what a label is for",
                                    "what is labelled is lost",
                                    3,
                                    edit(
                                            "store/Labels",
                                            "LabelLayout.writeTarget(m, at, Math.max(place, 0));",
                                            "LabelLayout.writeTarget(m, at, 0);")))
                    .map(mutant -> mutant.in("labels"))
                    .toList();

    private LabelMutants() {}
}
