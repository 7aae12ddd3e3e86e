package dev.squall.sim.mutant;

import static dev.squall.sim.mutant.Mutant.edit;

import java.util.List;
import java.util.stream.Stream;

/** Bugs in how keys move from shard to shard. */
final class MoveMutants {

    static final List<Mutant> ALL =
            Stream.of(
                            Mutant.of(
                                    "a key that moves overwrites what is newer",
                                    "a put is lost in a move",
                                    2,
                                    edit(
                                            "store/Imports",
                                            "newest == null || newest.version() < "
                                                    + "RecordLayout.objectVersion(m, at)",
                                            "true")),
                            Mutant.of(
                                    "puts do not bring what they rest on",
                                    "conditions hold across a move",
                                    4,
                                    edit("node/MoveGate", "carrier.key(key);", "")),
                            Mutant.of(
                                    "the past is looked for in the newest map",
                                    "what was served of the past is served again",
                                    1,
                                    edit(
                                            "node/PoolMaps",
                                            "maps.get(i).micros >= micros",
                                            "maps.get(i).micros == Long.MAX_VALUE")),
                            Mutant.of(
                                    "puts of an old map are sent where it says",
                                    "a put lands where nobody looks for it",
                                    25,
                                    edit("node/Moving", "put.map() == map ||", "map >= 0 ||")),
                            Mutant.of(
                                    "a map changes under an open ticket",
                                    "a batch is whole across a move",
                                    2,
                                    edit("node/Metadata", "!waits && ", "")),
                            Mutant.of(
                                    "what may still be delivered opens no ticket",
                                    "a batch is whole across a move",
                                    Mutant.RARE,
                                    edit(
                                            "order/Multicast",
                                            "(m, at) -> opens[0] |= opens(m, at)",
                                            "(m, at) -> {}")),
                            Mutant.of(
                                    "puts do not bring their producers",
                                    "a retry after a move applies again",
                                    29,
                                    edit("node/MoveGate", "carrier.producer(message.by());", ""),
                                    edit(
                                            "node/Importer",
                                            "carrier.producer(names.remove());",
                                            "names.remove();")),
                            Mutant.of(
                                    "of a batch only the first key is brought",
                                    "conditions of a batch hold across a move",
                                    Mutant.RARE,
                                    edit(
                                            "node/MoveGate",
                                            "bring(carrier, key, message);",
                                            "bring(carrier, message.keys().getFirst(), message);")),
                            Mutant.of(
                                    "a bulk object moves without its chunks",
                                    "an object that was put is not whole",
                                    9,
                                    edit("node/Carrier", "chunks(object.bytes());", "")),
                            Mutant.of(
                                    "the end of a move is forgotten with its segment",
                                    "replicas drop different segments",
                                    4,
                                    edit("store/Imports", "done.add(bytes.get(INT, at));", "")))
                    .map(mutant -> mutant.in("moves"))
                    .toList();

    private MoveMutants() {}
}
