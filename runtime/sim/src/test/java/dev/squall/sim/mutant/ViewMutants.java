package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs where views end and begin, where logs are brought together, and on disks. */
final class ViewMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "votes said before they are on disk",
                                    "a restarted member breaks its word",
                                    30,
                                    edit(
                                            "view/Membership",
                                            "|| host.vote(next);",
                                            "|| next.promised() != Ballot.NONE"
                                                    + " || host.vote(next);"))
                            .in("changes"),
                    Mutant.of(
                                    "a value accepted earlier is passed over",
                                    "a view ends in two ways",
                                    13,
                                    edit(
                                            "view/Proposer",
                                            "return accepted.isPresent() ?",
                                            "return accepted.isPresent() && ballot < 0 ?"))
                            .in("changes"),
                    Mutant.of(
                                    "the value of the lowest ballot is adopted",
                                    "a view ends in two ways",
                                    Mutant.RARE,
                                    edit(
                                            "view/Proposer",
                                            ".max(Comparator.comparingLong(Vote::accepted))",
                                            ".min(Comparator.comparingLong(Vote::accepted))"))
                            .in("changes"),
                    Mutant.of(
                                    "a node that has lost its disk votes",
                                    "a view ends in two ways",
                                    Mutant.RARE,
                                    edit(
                                            "view/Membership",
                                            "return !fresh || view.id() == 0",
                                            "return view.id() >= 0"))
                            .in("wipes"),
                    Mutant.of(
                                    "who has lost its disk makes a majority of three",
                                    "a view ends in two ways",
                                    Mutant.RARE,
                                    edit(
                                            "view/View",
                                            "2 * remembering >= seats.size()",
                                            "remembering >= 0"))
                            .in("wipes"),
                    Mutant.of(
                                    "a node that has lost its disk writes down what it is told",
                                    "its next life votes for the one before",
                                    Mutant.RARE,
                                    edit(
                                            "view/Membership",
                                            "return !remembers(next.view()) || host",
                                            "return host"))
                            .in("wipes"),
                    Mutant.of(
                            "half of a view decides",
                            "two sides of a cut go on",
                            15,
                            edit("view/View", "seats.size() / 2 + 1", "(seats.size() + 1) / 2")),
                    Mutant.of(
                            "goes on receiving after its report",
                            "delivers what nobody agreed on",
                            6,
                            edit("node/ShardReplica", "epoch.wedge();", "epoch.rankOf(0);"),
                            edit(
                                    "node/ShardReplica",
                                    "health.settle(ended, trim)",
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
                                    "view/Sources",
                                    "(_, h) -> h.exact() && h.view() == end);",
                                    "(_, _) -> true);")),
                    Mutant.of(
                                    "whoever was out of the group fills nobody",
                                    "what has rotted is lost, though others have it",
                                    Mutant.RARE,
                                    edit(
                                            "view/Sources",
                                            "return cut ? longest(everybody(),",
                                            "return cut ? longest(members,"))
                            .in("flips"),
                    Mutant.of(
                            "whoever was out of the group fills the others when its log is longer",
                            "what was given up comes back",
                            Mutant.RARE,
                            edit(
                                    "view/Sources",
                                    "return longest(members, this::counts);",
                                    "return longest(everybody(), (_, h) -> h.since() > 0);")),
                    Mutant.of(
                            "trim not logged: what is written down lacks it",
                            "survivors of a view differ",
                            2,
                            edit(
                                    "view/ViewCodec",
                                    "out.writeLong(h.received());",
                                    "out.writeLong(-1);")),
                    Mutant.of(
                                    "a log that is being filled counts as whole",
                                    "a gap counts as whole",
                                    Mutant.RARE,
                                    edit(
                                            "node/Wholeness",
                                            "if (persistent) {",
                                            "if (persistent && next != 0) {"),
                                    edit(
                                            "view/Sources",
                                            "return last.holders().contains(node) ? h.whole() > 0"
                                                    + " : h.whole() >= last.placed();",
                                            "return h.whole() > 0;"))
                            .in("gaps"),
                    Mutant.of(
                                    "puts are taken before the map is on every disk",
                                    "a restart looks for shards where they were",
                                    Mutant.RARE,
                                    edit(
                                            "node/ShardReplica",
                                            "if (!has || !settled) {",
                                            "if (!has) {"))
                            .in("gaps"),
                    Mutant.of(
                                    "log cut one version too far",
                                    "what was agreed on is dropped",
                                    1,
                                    edit(
                                            "node/CatchUp",
                                            "retains ? common + 1 : 1",
                                            "retains ? Math.max(common, 1) : 1"))
                            .in("changes"),
                    Mutant.of(
                            "log not cut",
                            "what was never agreed on stays",
                            3,
                            edit(
                                    "node/CatchUp",
                                    "return !aligned && common > 0 &&",
                                    "return !aligned && common < 0 &&")),
                    Mutant.of(
                                    "files of a dropped pool go before the command is on disk",
                                    "a pool that is still there is empty",
                                    7,
                                    edit(
                                            "node/NodePorts",
                                            "next.version() <= version && persist",
                                            "version >= 0 && persist"))
                            .in("drops"),
                    Mutant.of(
                                    "a recovered log counts as persisted without a sync",
                                    "durable survives a power failure",
                                    Mutant.RARE,
                                    edit("log/Recovery", "file.sync();", ""))
                            .in("gaps"));

    private ViewMutants() {}
}
