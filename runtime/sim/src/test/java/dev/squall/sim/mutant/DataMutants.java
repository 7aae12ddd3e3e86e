package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs on the way of the data: order, acknowledgements, producers, times. */
final class DataMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "trim skipped: each delivers all it received",
                            "survivors of a view differ",
                            6,
                            edit(
                                    "node/Health",
                                    "multicast.settle(trim)",
                                    "multicast.settle(in.multicast.received())")),
                    Mutant.of(
                            "trim skipped: nothing is delivered",
                            "what others delivered is lost",
                            6,
                            edit(
                                    "node/Health",
                                    "multicast.settle(trim)",
                                    "multicast.settle(in.multicast.delivered())")),
                    Mutant.of(
                            "delivered at the maximum of RECEIVED",
                            "what one has, all are taken to have",
                            2,
                            edit(
                                    "order/Multicast",
                                    "table.min(ShardColumn.RECEIVED)",
                                    "table.max(ShardColumn.RECEIVED)")),
                    Mutant.of(
                            "delivered as soon as received here",
                            "atomicity: others may never get it",
                            2,
                            edit(
                                    "order/Multicast",
                                    "table.min(ShardColumn.RECEIVED)",
                                    "received()")),
                    Mutant.of(
                            "null sends forgotten",
                            "an idle sender stops everybody",
                            2,
                            edit("order/Multicast", "owed > mine && own", "owed < 0 && own")),
                    Mutant.of(
                            "round robin owes one turn too few",
                            "the last message waits for ever",
                            2,
                            edit("order/Multicast", "t > turn ? count : count - 1", "count - 1")),
                    Mutant.of(
                            "frontier of the order one too far",
                            "a message counts before it is there",
                            1,
                            edit(
                                    "order/Multicast",
                                    "least * senders + first",
                                    "least * senders + first + 1")),
                    Mutant.of(
                            "ring slots reused when the first has read them",
                            "slow readers find other bytes",
                            10,
                            edit(
                                    "order/Multicast",
                                    "long consumed = table.min(",
                                    "long consumed = table.max(")),
                    Mutant.of(
                            "acknowledged when one disk has it",
                            "durable is on every disk",
                            2,
                            edit(
                                    "node/Acknowledgements",
                                    "epoch.minOfFilled(ShardColumn.PERSISTED)",
                                    "epoch.multicast.table().max(ShardColumn.PERSISTED)")),
                    Mutant.of(
                            "counted as persisted before the sync",
                            "durable survives a power failure",
                            1,
                            edit(
                                    "log/Journal",
                                    "bytes += write(Log.offset(tail)); sync();",
                                    "bytes += write(Log.offset(tail));")),
                    Mutant.of(
                            "sent again though the trim delivered it",
                            "a put applies once",
                            6,
                            edit(
                                    "node/Intake",
                                    "if (!old && sender == in.rank) {",
                                    "if (!old && sender == in.rank && "
                                            + "!in.multicast.wedged()) {")),
                    Mutant.of(
                            "retries applied again",
                            "a producer's number applies once",
                            1,
                            edit(
                                    "store/ShardStore",
                                    "if (known != null) {",
                                    "if (known instanceof Outcome.Stale) {")),
                    Mutant.of(
                            "producers forgotten at a view change",
                            "a retry in the next view applies again",
                            6,
                            edit(
                                    "store/ShardStore",
                                    "if (known != null) {",
                                    "if (known instanceof Outcome.Repeated(long v, "
                                            + "long _) && v >>> 40 < version >>> 40) { known = "
                                            + "null; } if (known != null) {")),
                    Mutant.of(
                            "producers not rebuilt from the log",
                            "a retry after a restart applies again",
                            2,
                            edit(
                                    "store/ShardStore",
                                    "imports.take(m, at); return true;",
                                    "return true;")),
                    Mutant.of(
                            "a retry is forgotten by the wall clock",
                            "replicas answer it differently",
                            1,
                            edit(
                                    "store/ShardStore",
                                    "private final Herald herald;",
                                    "private final Herald herald; public"
                                            + " java.util.function.LongSupplier wall = () -> 0;"),
                            edit(
                                    "store/ShardStore",
                                    "if (known != null) {",
                                    "if (known instanceof Outcome.Repeated(long _, long t) &&"
                                        + " wall.getAsLong() - t > 100_000) { known = null; } if"
                                        + " (known != null) {"),
                            edit(
                                    "node/NodePorts",
                                    "store.recover(found.checkpoint());",
                                    "store.wall = ground.clock()::micros;"
                                            + " store.recover(found.checkpoint());")),
                    Mutant.of(
                                    "times of a view may begin below its floor",
                                    "a served past changes",
                                    48,
                                    edit(
                                            "node/GroupAgent",
                                            "hlc.floor(decision.floor())",
                                            "hlc.floor(0)"))
                            .in("cuts"),
                    Mutant.of(
                            "stamps by the wall clock alone",
                            "a served past changes",
                            1,
                            edit(
                                    "base/Hlc",
                                    "last = Math.max(clock.micros(), last + 1); " + "return last;",
                                    "return clock.micros();")),
                    Mutant.of(
                            "promise pushed before the messages",
                            "a served past changes",
                            40,
                            edit("node/Epoch", "if (all && told", "if (told")),
                    Mutant.of(
                            "frontier one round early",
                            "a served past changes",
                            2,
                            edit(
                                    "order/Frontier",
                                    "time = Math.max(time, promised)",
                                    "time = Math.max(time, promise)")),
                    Mutant.of(
                            "who is being filled counts for the minimum",
                            "durable is on as many disks as demanded",
                            Mutant.RARE,
                            edit(
                                    "node/Admission",
                                    "epoch.whole().size(); // who",
                                    "epoch.members.size(); // who")),
                    Mutant.of(
                            "a holder too many stays",
                            "a shard lies where it should not",
                            2,
                            edit("node/Tidying", "&& directory.provisional()", "&& now < 0")),
                    Mutant.of(
                            "who fills the others does not send",
                            "a newcomer waits for ever",
                            21,
                            edit("node/Arrangement", "(!able || fills)", "!able")),
                    Mutant.of(
                            "the round robin waits for who does not send",
                            "the last message waits for ever",
                            3,
                            edit(
                                    "order/Multicast",
                                    "table.raise(ShardColumn.RECEIVED, least",
                                    "least = Math.min(least, table.min(ShardColumn.SENT) + 1);"
                                            + " table.raise(ShardColumn.RECEIVED, least")),
                    Mutant.of(
                            "times of a key do not grow",
                            "a time names two versions",
                            2,
                            edit("store/Heads", "Math.max(stamp, timestampAt(head) + 1)", "stamp")),
                    Mutant.of(
                            "parts of a batch get times of their own",
                            "a reader sees half a batch",
                            1,
                            edit(
                                    "wire/BatchLayout",
                                    "commit(m, p, version, time);",
                                    "commit(m, p, version, time + (p - at) / 100);")),
                    Mutant.of(
                            "a batch applies what it may of itself",
                            "all or nothing",
                            1,
                            edit(
                                    "store/ShardStore",
                                    "if (heads.refusal(m, p, head) != null) {",
                                    "if (p == BatchLayout.firstPart(m, at) "
                                            + "&& heads.refusal(m, p, head) != null) {")),
                    Mutant.of(
                            "compare-and-set lets old versions pass",
                            "an update is lost",
                            1,
                            edit(
                                    "store/Heads",
                                    "expected != RecordLayout.ANY && expected != " + "newest",
                                    "expected > newest")));

    private DataMutants() {}
}
