package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Outcome;
import dev.squall.bench.node.NodeClient.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What was told of writes, against what is kept in the end. In a pool without retention:
 *
 * <ul>
 *   <li>every acknowledged write is there, under the version and the time that were told;
 *   <li>no producer triple is there twice, whatever was retried;
 *   <li>a write that was told to have done nothing is not there, nor one that nobody made;
 *   <li>versions and times grow;
 *   <li>all nodes keep the same.
 * </ul>
 */
final class LedgerCheck {

    private final List<String> wrong = new ArrayList<>();
    private long lost;
    private long twice;

    /** What was found. */
    record Findings(long lost, long twice, List<String> wrong) {}

    private LedgerCheck() {}

    static Findings of(List<Operation> operations, Kept kept) {
        var check = new LedgerCheck();
        check.wrong.addAll(kept.differences());
        Map<String, Map<String, Operation>> writes = new HashMap<>();
        for (var operation : operations) {
            if (operation.kind().writes()) {
                writes.computeIfAbsent(operation.key(), _ -> new HashMap<>())
                        .put(operation.stamp(), operation);
            }
        }
        for (var key : kept.keys()) {
            writes.putIfAbsent(key, Map.of());
        }
        writes.forEach((key, byStamp) -> {
            check.history(key, byStamp, kept.history(key));
            check.acknowledged(byStamp, kept.byProducer(key));
        });
        return new Findings(check.lost, check.twice, check.wrong);
    }

    private void acknowledged(Map<String, Operation> writes, Map<String, Version> found) {
        for (var write : writes.values()) {
            var version = found.get(write.stamp());
            if (!write.stored()) {
                continue;
            }
            if (version == null) {
                lost++;
                wrong.add("lost: " + write);
            } else if (version.version() != write.version()
                    || version.timestamp() != write.timestamp()) {
                wrong.add(
                        "kept otherwise than told: %s, told time %d, kept %s"
                                .formatted(write, write.timestamp(), version));
            }
        }
    }

    private void history(String key, Map<String, Operation> writes, List<Version> history) {
        var seen = new HashSet<String>();
        Version before = null;
        for (var version : history) {
            var write = writes.get(version.producer());
            if (!seen.add(version.producer())) {
                twice++;
                wrong.add("applied twice: %s of %s".formatted(version, key));
            } else if (write == null) {
                wrong.add("%s has a version that nobody made: %s".formatted(key, version));
            } else if (write.outcome() != Outcome.OK && write.outcome() != Outcome.UNKNOWN) {
                wrong.add(
                        "done, though told otherwise: %s is kept as %s".formatted(write, version));
            } else if (version.deleted() != (write.kind() == Operation.Kind.DELETE)) {
                wrong.add("%s is kept as %s".formatted(write, version));
            }
            if (before != null
                    && (version.version() <= before.version()
                            || version.timestamp() <= before.timestamp())) {
                wrong.add("%s steps back from %s to %s".formatted(key, before, version));
            }
            before = version;
        }
    }
}
