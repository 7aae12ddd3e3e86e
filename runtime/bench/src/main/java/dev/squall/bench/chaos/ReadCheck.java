package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Kind;
import dev.squall.bench.chaos.Operation.Outcome;
import dev.squall.bench.node.NodeClient.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Reads of the newest are local: a node may be behind, but
 *
 * <ul>
 *   <li>a value seen was written, by a write that had begun;
 *   <li>a client never sees something older at a node than it saw or wrote there before: no smaller
 *       version, and no missing object unless a later delete explains it;
 *   <li>what a stable read saw is kept in the end, under that version, acknowledged or not.
 * </ul>
 */
final class ReadCheck {

    private final Kept kept;
    private final List<String> wrong = new ArrayList<>();
    private final Map<String, Map<Long, Version>> histories = new HashMap<>();

    private ReadCheck(Kept kept) {
        this.kept = kept;
    }

    /** One client at one node, and one key. */
    private record Place(int client, int node, String key) {}

    static List<String> of(List<Operation> operations, Kept kept) {
        var check = new ReadCheck(kept);
        check.check(operations);
        return check.wrong;
    }

    private void check(List<Operation> operations) {
        Map<String, Long> begun = new HashMap<>();
        operations.stream()
                .filter(o -> o.kind().writes())
                .forEach(o -> begun.put(o.stamp(), o.invoked()));
        Map<Place, Long> newest = new HashMap<>();
        var stale = new HashSet<Place>();
        operations.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .forEach(o -> {
                    var place = new Place(o.client(), o.node(), o.key());
                    long seen = newest.getOrDefault(place, 0L);
                    if (!o.kind().writes()) {
                        written(o, begun);
                        if (isOlder(o, seen) && stale.add(place)) {
                            wrong.add("saw version %d at this node before: %s".formatted(seen, o));
                        }
                    }
                    if (o.outcome() == Outcome.OK) {
                        newest.put(place, Math.max(seen, o.version()));
                    }
                });
    }

    private void written(Operation read, Map<String, Long> begun) {
        if (read.outcome() != Outcome.OK) {
            return;
        }
        var since = begun.get(read.stamp());
        if (since == null) {
            wrong.add("saw what nobody wrote: " + read);
        } else if (since > read.completed()) {
            wrong.add("saw what was not yet written: " + read);
        }
        if (read.kind() == Kind.STABLE_READ && !isKept(read)) {
            wrong.add("saw as stable what is not kept: " + read);
        }
    }

    private boolean isKept(Operation read) {
        var version = versions(read.key()).get(read.version());
        return version != null && version.producer().equals(read.stamp());
    }

    private Map<Long, Version> versions(String key) {
        return histories.computeIfAbsent(
                key,
                _ -> {
                    var versions = new HashMap<Long, Version>();
                    kept.history(key).forEach(v -> versions.put(v.version(), v));
                    return versions;
                });
    }

    private boolean isOlder(Operation read, long seen) {
        return switch (read.outcome()) {
            case OK -> read.version() < seen;
            case ABSENT ->
                    seen > 0
                            && versions(read.key()).values().stream()
                                    .noneMatch(v -> v.deleted() && v.version() > seen - 1);
            case MISMATCH, FAILED, UNKNOWN -> false;
        };
    }
}
