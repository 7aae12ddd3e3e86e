package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in how what has a label stays when the rest goes. */
final class LabelMutants {

    private static final String MIX = "labels";

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "a segment goes though something in it is labelled",
                                    "what is labelled is lost",
                                    Mutant.RARE,
                                    edit(
                                            "store/Trimming",
                                            "return tickets.need(first) || kept.needs(first);",
                                            "return tickets.need(first);"))
                            .in(MIX),
                    Mutant.of(
                                    "whatever is carried forward is its key's newest",
                                    "what was overwritten comes back",
                                    Mutant.RARE,
                                    edit(
                                            "store/Labels",
                                            "boolean newest = index.newest(m, at) =="
                                                    + " of.location();",
                                            "boolean newest = index.newest(m, at) >= 0;"))
                            .in(MIX),
                    Mutant.of(
                                    "an old version answers for all that came after it",
                                    "a served past changes",
                                    Mutant.RARE,
                                    edit(
                                            "store/Kept",
                                            "return one.next() == 0 || bound < next ?"
                                                    + " one.location() : 0;",
                                            "return one.location();"))
                            .in(MIX),
                    Mutant.of(
                                    "more is labelled than may be",
                                    "what is kept has a bound",
                                    Mutant.RARE,
                                    edit(
                                            "store/Kept",
                                            "bytes() + more <= keep.bytes() &&",
                                            "bytes() <= keep.bytes() &&"))
                            .in(MIX),
                    Mutant.of(
                                    "a label that comes with a put is left behind",
                                    "what is labelled is lost",
                                    Mutant.RARE,
                                    edit(
                                            "log/Log",
                                            "& LabelLayout.FLAGS_KEPT;",
                                            "& RecordLayout.FLAG_IMPORT;"))
                            .in(MIX),
                    Mutant.of(
                                    "a label cannot be taken away",
                                    "what nobody wants stays",
                                    Mutant.RARE,
                                    edit("store/Kept", "if (label == 0) {", "if (label < 0) {"))
                            .in(MIX),
                    Mutant.of(
                                    "nobody carries anything forward",
                                    "what is labelled holds up what is not",
                                    Mutant.RARE,
                                    edit(
                                            "node/CarryForward",
                                            "!epoch.sendsFirst()",
                                            "epoch.sendsFirst()"))
                            .in(MIX),
                    Mutant.of(
                                    "a checkpoint says nothing of labels",
                                    "what is labelled is lost",
                                    Mutant.RARE,
                                    edit(
                                            "store/SealedFold",
                                            "kept.write(state, log.first());",
                                            "kept.write(state, Long.MAX_VALUE);"))
                            .in(MIX),
                    Mutant.of(
                                    "who is filled does not find what a label is for",
                                    "what is labelled is lost",
                                    Mutant.RARE,
                                    edit(
                                            "store/Labels",
                                            "LabelLayout.writeTarget(m, at, Math.max(place, 0));",
                                            "LabelLayout.writeTarget(m, at, 0);"))
                            .in(MIX));

    private LabelMutants() {}
}
