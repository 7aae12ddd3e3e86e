package dev.squall.sim.check;

import dev.squall.node.BatchAnswer;
import dev.squall.store.StoreKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is told of batches over several shards is so: whoever has read one part of it as the newest,
 * and reads another part afterwards at a member of the view, finds that too; and a batch that was
 * answered is there, whole and at the time that was told, when everything has come to rest; a retry
 * where its first attempt was ordered, by the map of that time.
 */
final class WholeReads extends Checker {

    /** A key that was read in a shard after another part of a ticket had been seen. */
    private record Seen(String ticket, int shard, String key, long version) {}

    /**
     * What was told of a batch's share.
     *
     * @param by whose batch it is, see {@link Asked#by}
     */
    private record Promise(int shard, long timestamp, Set<String> keys, String by) {}

    private final Map<String, Map<Integer, Entry>> committed = new HashMap<>();

    /** What was ordered under each producer's number, in whichever shards. */
    private final Map<String, List<Entry>> numbered = new HashMap<>();

    private final List<Seen> undecided = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private final Set<Integer> torn = new HashSet<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first || entry.objects().isEmpty()) {
            return;
        }
        if (!entry.producer().isEmpty() && !entry.imported()) {
            numbered.computeIfAbsent(entry.producer(), _ -> new ArrayList<>()).add(entry);
        }
        if (entry.ticket().isEmpty()) {
            return;
        }
        int shard = replica.history.shard;
        committed.computeIfAbsent(entry.ticket(), _ -> new HashMap<>()).put(shard, entry);
        for (var seen : undecided) {
            if (seen.ticket.equals(entry.ticket())) {
                check(seen, entry);
            }
        }
    }

    private void check(Seen seen, Entry entry) {
        boolean part = entry.objects().stream().anyMatch(o -> o.key().equals(seen.key));
        if (part && seen.version < entry.version()) {
            throw violated(
                    "%s of ticket %s was read as %s, after another part had been seen: it is %s"
                            .formatted(seen.key, seen.ticket, Entry.text(seen.version), entry));
        }
    }

    /** A key was read as the newest, after another part of a ticket had been seen. */
    void readAfter(String ticket, int shard, String key, long version) {
        var seen = new Seen(ticket, shard, key, version);
        var known = committed.getOrDefault(ticket, Map.of());
        if (torn.contains(shard) || isTorn(ticket)) {
            return; // some of it is gone for good
        }
        known.values().forEach(entry -> check(seen, entry));
        undecided.add(seen); // its key's part may follow
    }

    private boolean isTorn(String ticket) {
        return committed.getOrDefault(ticket, Map.of()).keySet().stream().anyMatch(torn::contains);
    }

    /** A batch was answered as done. */
    void batch(Asked asked, BatchAnswer answer) {
        if (answer.shares().size() > 1) {
            for (var share : answer.shares()) {
                if (share.version() == 0) {
                    continue; // its shard was made anew since, or follows: WholeBatches sees to it
                }
                var keys = Set.copyOf(share.keys());
                promises.add(new Promise(share.shard(), answer.timestamp(), keys, asked.by()));
            }
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        torn.add(history.shard);
        undecided.removeIf(s -> s.shard == history.shard || isTorn(s.ticket));
        for (var entry : entries) {
            numbered.getOrDefault(entry.producer(), new ArrayList<>()).remove(entry);
        }
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        if (replicas.getFirst().store.pool().store() == StoreKind.VOLATILE) {
            return;
        }
        for (var promise : promises) {
            if (promise.shard == history.shard
                    && history.entries().stream().noneMatch(e -> keeps(promise, e))
                    && !orderedBefore(promise)) {
                throw violated(
                        "shard %d lacks what was answered: %s".formatted(history.shard, promise));
            }
        }
    }

    /** The answer to a retry: its first attempt may have been divided in another way. */
    private boolean orderedBefore(Promise promise) {
        var keys = new HashSet<String>();
        for (var entry : numbered.getOrDefault(promise.by, List.of())) {
            if (entry.earliest() == promise.timestamp) {
                entry.objects().forEach(o -> keys.add(o.key()));
            }
        }
        return keys.containsAll(promise.keys);
    }

    private static boolean keeps(Promise promise, Entry entry) {
        return entry.objects().size() == promise.keys.size()
                && entry.earliest() == promise.timestamp
                && entry.objects().stream().allMatch(o -> promise.keys.contains(o.key()));
    }
}
