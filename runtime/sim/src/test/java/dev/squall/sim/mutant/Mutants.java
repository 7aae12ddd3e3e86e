package dev.squall.sim.mutant;

import java.util.List;

/**
 * The planted bugs. Each is one that somebody could really write, and each must be found. The texts
 * are short, so that they outlive changes around them; when one no longer stands in its file, the
 * test says so.
 */
final class Mutants {

    /** A bug must be found within so many seeds. */
    static final long PATIENCE_SEEDS = 2000;

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "trim skipped: each delivers all it received",
                            "survivors of a view differ",
                            6,
                            edit(
                                    "node/ShardReplica",
                                    "multicast.settle(trim)",
                                    "multicast.settle(ended.multicast.received())")),
                    Mutant.of(
                            "trim skipped: nothing is delivered",
                            "what others delivered is lost",
                            6,
                            edit(
                                    "node/ShardReplica",
                                    "multicast.settle(trim)",
                                    "multicast.settle(ended.multicast.delivered())")),
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
                            7,
                            edit(
                                    "order/Multicast",
                                    "ring.consumed(table.min(",
                                    "ring.consumed(table.max(")),
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
                                    "if (file != null) { file.sync(); } " + "persistedVersion",
                                    "persistedVersion")),
                    Mutant.of(
                            "sent again though the trim delivered it",
                            "a put applies once",
                            7,
                            edit(
                                    "node/ShardReplica",
                                    "if (!old && sender == current.rank) {",
                                    "if (!old && sender == current.rank && "
                                            + "!current.multicast.wedged()) {")),
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
                                    "if (!producer.isEmpty()) { producers.applied(",
                                    "if (!producer.isEmpty() && puts.get() > 0) { "
                                            + "producers.applied(")),
                    Mutant.of(
                            "votes said before they are on disk",
                            "a restarted member breaks its word",
                            Mutant.RARE,
                            edit(
                                    "view/Membership",
                                    "host.vote(next);",
                                    "if (next.promised() == Ballot.NONE) { "
                                            + "host.vote(next); }")),
                    Mutant.of(
                            "a value accepted earlier is passed over",
                            "a view ends in two ways",
                            Mutant.RARE,
                            edit(
                                    "view/Proposer",
                                    "return accepted.isPresent() ?",
                                    "return accepted.isPresent() && ballot < 0 ?")),
                    Mutant.of(
                            "half of a view decides",
                            "two sides of a cut go on",
                            1,
                            edit("view/View", "seats.size() / 2 + 1", "(seats.size() + 1) / 2")),
                    Mutant.of(
                            "goes on receiving after its report",
                            "delivers what nobody agreed on",
                            12,
                            edit("node/ShardReplica", "epoch.wedge();", "epoch.rankOf(0);"),
                            edit(
                                    "node/ShardReplica",
                                    "ended.multicast.settle(trim)",
                                    "ended.wedge(); "
                                            + "ended.multicast.settle(Math.max(trim, "
                                            + "ended.multicast.delivered()))")),
                    Mutant.of(
                            "takes puts before it is filled",
                            "a member lacks what came before",
                            6,
                            edit(
                                    "node/CatchUp",
                                    "Math.min(log.lastVersion() + 1, target)",
                                    "target")),
                    Mutant.of(
                            "filled from whoever is first",
                            "what was agreed on is dropped",
                            7,
                            edit(
                                    "view/Decision",
                                    "if (end >= 0 ? toTheEnd : asLong) {",
                                    "if (end >= -1 || toTheEnd || asLong) {")),
                    Mutant.of(
                            "log cut one version too far",
                            "what was agreed on is dropped",
                            Mutant.RARE,
                            edit(
                                    "node/CatchUp",
                                    "retains ? common + 1 : 1",
                                    "retains ? Math.max(common, 1) : 1")),
                    Mutant.of(
                            "log not cut",
                            "what was never agreed on stays",
                            7,
                            edit(
                                    "node/CatchUp",
                                    "return !aligned && common > 0 &&",
                                    "return !aligned && common < 0 &&")),
                    Mutant.of(
                            "times of a view may begin below its floor",
                            "a served past changes",
                            8,
                            edit("node/GroupAgent", "hlc.floor(decision.floor())", "hlc.floor(0)")),
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
                            edit(
                                    "store/ShardStore",
                                    "Math.max(stamp, timestampAt(head) + 1)",
                                    "stamp")),
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
                                    "if (refusal(m, p, head) != null) {",
                                    "if (p == BatchLayout.firstPart(m, at) "
                                            + "&& refusal(m, p, head) != null) {")),
                    Mutant.of(
                            "compare-and-set lets old versions pass",
                            "an update is lost",
                            1,
                            edit(
                                    "store/ShardStore",
                                    "expected != RecordLayout.ANY && expected != " + "newest",
                                    "expected > newest")));

    private Mutants() {}

    /** Those that are found quickly, so that every build can look for them. */
    static List<Mutant> quick() {
        return ALL.stream().filter(m -> m.seed() != Mutant.RARE).toList();
    }

    private static Mutant.Edit edit(String source, String text, String replacement) {
        return new Mutant.Edit(source, text, replacement);
    }
}
