package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;

/** Bugs in what is done about disks and ways that do not keep what they are given. */
final class DiskMutants {

    static final List<Mutant> ALL =
            List.of(
                    Mutant.of(
                                    "what has rotted is served without a look at its checksum",
                                    "a reader sees bytes that nobody wrote",
                                    25,
                                    edit(
                                            "log/Soundness",
                                            "return !onDisk(memory) || whole(memory, Log.offset("
                                                    + "location)) || note(location);",
                                            "return true;"))
                            .in("flips"),
                    Mutant.of(
                                    "stays in service after an error of its disk",
                                    "durable is on every disk",
                                    1,
                                    edit(
                                            "log/Journal",
                                            "written = Math.min(written, synced); closeQuietly(); "
                                                    + "throw e;",
                                            "closeQuietly(); persistedVersion = version; "
                                                    + "return 0;"))
                            .in("forgets"),
                    Mutant.of(
                                    "what failed to be synced is not written again",
                                    "durable survives a power failure",
                                    3,
                                    edit(
                                            "log/Journal",
                                            "written = Math.min(written, synced); closeQuietly(); "
                                                    + "throw e;",
                                            "closeQuietly(); throw e;"))
                            .in("forgets"),
                    Mutant.of(
                                    "a replica that lost track sends its puts once more",
                                    "a put applies once",
                                    18,
                                    edit(
                                            "node/ShardReplica",
                                            "if (!applied || health.lostTrack(ended)) {",
                                            "if (!applied && trim < 0) {"))
                            .in("flips"),
                    Mutant.of(
                                    "a file that ends early comes back before what is behind it",
                                    "durable survives a power failure",
                                    9,
                                    edit("log/Journal", "carry(); forgetSkipped();", "carry();"),
                                    edit(
                                            "log/Recovery",
                                            "if (!follows) { forgetEarlier(); }",
                                            "if (!follows) { remove(number, mapped, begin, size);"
                                                    + " return false; }"))
                            .in("trims"),
                    Mutant.of(
                                    "a node that is put out says that nothing has happened",
                                    "a put that was refused has not happened",
                                    6,
                                    edit(
                                            "node/ShardReplica",
                                            "wedge(); puts.failAll(\"shard \" + id + \": \" + why);"
                                                    + " end(-1);",
                                            "wedge(); end(-1); puts.failAll(why);"))
                            .in("cuts"),
                    Mutant.of(
                            "messages are delivered without a look at their checksum",
                            "replicas hold different bytes",
                            1,
                            edit(
                                    "node/Health",
                                    "if (!RecordLayout.valid(m, at, m.byteSize() - at)) {",
                                    "if (m.byteSize() < 0) {")));

    private DiskMutants() {}
}
