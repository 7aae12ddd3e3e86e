package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in how large records go from member to member. */
final class PipelineMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "a record counts as received before its last block",
                            "a message counts before it is there",
                            10,
                            edit(
                                    "order/Pipeline",
                                    "if (!transfer.whole()) {",
                                    "if (!transfer.whole() && transfer.number < 0) {")),
                    Mutant.of(
                            "a block is handed on before it is here",
                            "members get what was never sent",
                            10,
                            edit(
                                    "order/BlockTransfer",
                                    "if (!here.get(block) || !area.pushBlock(",
                                    "if (!area.pushBlock(")),
                    Mutant.of(
                            "room of an area is taken while others still read there",
                            "slow readers find other bytes",
                            5,
                            edit(
                                    "order/Multicast",
                                    "pipelines.consumed(consumed);",
                                    "pipelines.consumed(ring.tail());")),
                    Mutant.of(
                            "nobody says which blocks it has seen",
                            "a record waits for ever",
                            5,
                            edit(
                                    "order/Pipeline",
                                    "if (told[rank] < seen",
                                    "if (told[rank] > seen")));

    private PipelineMutants() {}
}
