package dev.squall.sim.check;

import dev.squall.store.StoreKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * "A reader never sees half a batch": whatever comes in one record has one version and one time, so
 * that every cut shows all of it or nothing; and of a batch over several shards all come, at one
 * time, or none does, whoever dies meanwhile. That the cuts are what the logs say, and the same at
 * every replica, others check.
 */
final class WholeBatches extends Checker {

    private final Map<String, Map<Integer, Entry>> committed = new HashMap<>();

    /** The first that a shard heard of a ticket. */
    private final Map<String, Map<Integer, Long>> heard = new HashMap<>();

    private final Set<Integer> torn = new HashSet<>();

    /** Which shards each node holds. */
    private final Map<Integer, Set<Integer>> held = new HashMap<>();

    private final Map<Integer, Subject> subjects = new HashMap<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        var now = new HashSet<Integer>();
        replicas.forEach(r -> now.add(r.history.shard));
        held.put(subject.node(), now);
        subjects.put(subject.node(), subject);
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (entry.imported()) {
            return; // came alone, at the time that it had
        }
        for (var item : entry.objects()) {
            boolean same =
                    item.version() == entry.version()
                            && item.timestamp() == entry.objects().getFirst().timestamp();
            if (!same) {
                throw violated("%s: %s of %s stands apart".formatted(replica, item, entry));
            }
        }
        if (first && !entry.ticket().isEmpty()) {
            heard.computeIfAbsent(entry.ticket(), _ -> new HashMap<>())
                    .putIfAbsent(replica.history.shard, entry.version());
            if (!entry.objects().isEmpty()) {
                sameTime(replica, entry);
            }
        }
    }

    private void sameTime(Replica replica, Entry entry) {
        var shares = committed.computeIfAbsent(entry.ticket(), _ -> new HashMap<>());
        if (shares.put(replica.history.shard, entry) != null) {
            throw violated("%s: %s comes twice".formatted(replica, entry));
        }
        for (var other : shares.values()) {
            if (other.earliest() != entry.earliest()) {
                throw violated("%s: %s, but elsewhere %s".formatted(replica, entry, other));
            }
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        torn.add(history.shard);
        for (var entry : entries) {
            var shares = committed.get(entry.ticket());
            if (shares != null) {
                shares.remove(history.shard, entry);
            }
            var first = heard.get(entry.ticket());
            if (first != null) {
                first.remove(history.shard, entry.version());
            }
        }
    }

    private static boolean disjoint(List<Integer> shards, Set<Integer> lacking) {
        return shards.stream().noneMatch(lacking::contains);
    }

    /** Shards of which too few are here, or nobody at all: others may have all nodes alone. */
    private Set<Integer> lacking() {
        var lacking = new TreeSet<Integer>();
        var here = new TreeSet<Integer>();
        for (var subject : subjects.values()) {
            for (var replica : subject.core().replicas()) {
                here.add(replica.id());
                if (!replica.lacks().isEmpty()) {
                    lacking.add(replica.id());
                }
            }
        }
        for (var subject : subjects.values()) {
            var pools = subject.core().pools();
            pools.list().stream()
                    .flatMap(pool -> pools.shards(pool.name()).stream())
                    .filter(shard -> !here.contains(shard))
                    .forEach(lacking::add);
        }
        return lacking;
    }

    /** Where a pool lacks members it demands, nothing is decided until they come. */
    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var lacking = lacking();
        for (var replica : replicas) {
            var open =
                    replica.shard.store() == null
                            ? List.of()
                            : replica.store.tickets().open().stream()
                                    .filter(t -> disjoint(t.shards(), lacking))
                                    .toList();
            if (!open.isEmpty()) {
                throw violated("%s is at rest, and still open is %s".formatted(replica, open));
            }
        }
        for (var shares : committed.values()) {
            for (var entry : shares.values()) {
                boolean here =
                        entry.shards().contains(history.shard) && !lacking.contains(history.shard);
                if (here
                        && !shares.containsKey(history.shard)
                        && !forgiven(history, replicas, entry)) {
                    throw violated(
                            "shard %d lacks its share of %s".formatted(history.shard, entry));
                }
            }
        }
    }

    /**
     * Memory may be lost with everybody who had it: then so is what it held of a batch. And a home
     * that was deleted with its pool says nothing any more.
     */
    private boolean forgiven(ShardHistory history, List<Replica> replicas, Entry entry) {
        if (held.values().stream().noneMatch(h -> h.contains(entry.shards().getFirst()))) {
            return true;
        }
        if (replicas.getFirst().store.pool().store() != StoreKind.VOLATILE) {
            return false;
        }
        Long version = heard.getOrDefault(entry.ticket(), Map.of()).get(history.shard);
        return version == null
                || entry.shards().stream().anyMatch(torn::contains)
                || replicas.stream().allMatch(r -> r.location(version) == Replica.NOWHERE);
    }
}
