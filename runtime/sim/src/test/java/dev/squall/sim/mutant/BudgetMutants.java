package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in what a full shard refuses, and lets go of. */
final class BudgetMutants {

    private static final String MIX = "budgets";

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "a full shard is found full before a retry is known",
                                    "a retry of what is there is refused",
                                    1,
                                    edit(
                                            "store/ShardStore",
                                            "var known = rules.known(m, at); if (known != null) {",
                                            "var known = rules.known(m, at); if (known != null &&"
                                                    + " room.refusal(m, at) == null) {"))
                            .in(MIX),
                    Mutant.of(
                                    "room is counted by what this life has let go of",
                                    "replicas refuse different puts",
                                    2,
                                    edit(
                                            "store/Room",
                                            "return (inMemory ? log.bytes() : 0)",
                                            "return (inMemory ? log.bytes() + refused.get() : 0)"))
                            .in(MIX),
                    Mutant.of(
                                    "a full pool lets go of the oldest, though it should refuse",
                                    "what was kept is lost",
                                    5,
                                    edit(
                                            "store/Room",
                                            "return budget.evicts() && more &&",
                                            "return budget.is() && more &&"),
                                    edit(
                                            "store/Room",
                                            "budget.evicts() ? used <= limit",
                                            "budget.is() ? used <= limit"))
                            .in(MIX),
                    Mutant.of(
                                    "a batch looks for room for its first part",
                                    "more is held than the pool allows",
                                    Mutant.RARE,
                                    edit(
                                            "store/Room",
                                            "RecordLayout.footprint(RecordLayout.length(m, at));",
                                            "first(m, at) < 0 ?"
                                                + " RecordLayout.footprint(RecordLayout.length(m,"
                                                + " at)) :"
                                                + " RecordLayout.footprint(RecordLayout.length(m,"
                                                + " first(m, at)));"))
                            .in(MIX));

    private BudgetMutants() {}
}
