package dev.squall.sim.check;

import dev.squall.wire.RecordLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compare-and-set and delete, replayed on a plain map: a version with a condition directly follows
 * the version that it required, and only what is there is deleted.
 */
final class Conditions extends Checker {

    private final Map<Integer, Map<String, Entry>> newest = new HashMap<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first) {
            return;
        }
        var keys = newest.computeIfAbsent(replica.history.shard, _ -> new HashMap<>());
        var before = keys.put(entry.key(), entry);
        long there = before == null || before.delete() ? 0 : before.version();
        // Retention may have taken it before this version came, or only with it.
        boolean maybeGone = there != 0 && replica.trimmed(there);
        long expected = entry.expected();
        boolean met =
                expected == RecordLayout.ANY || expected == there || (expected == 0 && maybeGone);
        if (!met) {
            throw violated(
                    "%s: %s required version %s, but %s was there"
                            .formatted(replica, entry, Entry.text(expected), Entry.text(there)));
        }
        if (entry.delete() && there == 0) {
            throw violated("%s: %s, but nothing was there".formatted(replica, entry));
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        var keys = new HashMap<String, Entry>();
        history.entries().forEach(e -> keys.put(e.key(), e));
        newest.put(history.shard, keys);
    }
}
