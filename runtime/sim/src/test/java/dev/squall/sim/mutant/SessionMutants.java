package dev.squall.sim.mutant;

import java.util.List;

/** Bugs in what is remembered of producers, and of what is cut off. */
final class SessionMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                            "sessions end by the wall clock of each node",
                            "replicas answer a retry differently",
                            5,
                            edit(
                                    "store/ShardStore",
                                    "private final int shard;",
                                    "private final int shard; public static long wall;"),
                            edit(
                                    "store/ProducerTable",
                                    "passed(RecordLayout.timestamp(m, at));",
                                    "passed(ShardStore.wall);"),
                            edit(
                                    "node/GroupAgent",
                                    "int work = fabric.poll();",
                                    "dev.squall.store.ShardStore.wall = "
                                            + "ports.clock().micros(); int work = "
                                            + "fabric.poll();")),
                    Mutant.of(
                                    "producers forgotten with their segments",
                                    "a retry after trimming and restart applies again",
                                    1,
                                    edit(
                                            "store/ShardStore",
                                            "(known == null) { imports.read(log.prologue());",
                                            "(known == null) {"))
                            .in("trims"),
                    Mutant.of(
                            "a joiner is not told of the producers",
                            "a retry applies again, at the joiner alone",
                            3,
                            edit(
                                    "node/CatchUp",
                                    "opening = anew ? Opening.record(log, next) : null;",
                                    "opening = null;")),
                    Mutant.of(
                                    "a session that has ended leaves nothing behind",
                                    "a late retry applies again",
                                    7,
                                    edit("store/ProducerTable", "ended.put(producer, last);", ""))
                            .in("trims"),
                    Mutant.of(
                            "what is cut off a log is not kept",
                            "nobody can say what was lost",
                            20,
                            edit(
                                    "log/Recovery",
                                    "cutOff.write(Math.max(1, cutNumber), version)",
                                    "limit < Long.MAX_VALUE ? null : cutOff.write(Math.max(1, "
                                            + "cutNumber), version)")));

    private SessionMutants() {}

    private static Mutant.Edit edit(String source, String text, String replacement) {
        return new Mutant.Edit(source, text, replacement);
    }
}
