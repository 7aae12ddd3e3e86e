package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in batches over several shards. */
final class TicketMutants {

    private static final String MIX = "tickets";

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "a share decides for itself, without its home",
                                    "all or nothing",
                                    17,
                                    edit(
                                            "node/TicketKeeper",
                                            "answer.outcome() instanceof Outcome.Stored(_, long"
                                                    + " time)",
                                            "answer.outcome() instanceof Outcome.Stored(_, long"
                                                    + " time) && time < 0"))
                            .in(MIX),
                    Mutant.of(
                                    "a reader at a time ignores what is open",
                                    "a served past changes",
                                    2,
                                    edit(
                                            "node/ShardReplica",
                                            "Math.min(current.frontier.time(), decided)",
                                            "current.frontier.time()"))
                            .in(MIX),
                    Mutant.of(
                                    "a reader of the newest ignores what is open",
                                    "a reader sees half a batch",
                                    3,
                                    edit(
                                            "store/Tickets",
                                            "return by == null ? 0 : by.time;",
                                            "return by == null ? 0 : 0;"))
                            .in(MIX),
                    Mutant.of(
                                    "a share has the time of its own place",
                                    "one time",
                                    2,
                                    edit(
                                            "store/TicketRules",
                                            "BatchLayout.time(whole, 0, BatchLayout.time(word,"
                                                    + " at));",
                                            "BatchLayout.time(whole, 0, log.lastTimestamp() + 1);"),
                                    edit(
                                            "store/TicketRules",
                                            "private static MemorySegment committed(",
                                            "private MemorySegment committed("))
                            .in(MIX),
                    Mutant.of(
                                    "a retry decides anew",
                                    "a producer's number applies once",
                                    2,
                                    edit(
                                            "store/TicketRules",
                                            "var producer = RecordLayout.producer(m, at); return"
                                                    + " producer.isEmpty()",
                                            "var producer = RecordLayout.producer(m, at); return"
                                                    + " RecordLayout.kind(m, at) >="
                                                    + " RecordLayout.KIND_BATCH ||"
                                                    + " producer.isEmpty()"))
                            .in(MIX),
                    Mutant.of(
                                    "open tickets are looked after by nobody",
                                    "every batch comes to its end",
                                    3,
                                    edit(
                                            "node/TicketKeeper",
                                            "if (due && underway.add(key)) {",
                                            "if (due && now < 0 && underway.add(key)) {"))
                            .in(MIX));

    private TicketMutants() {}
}
