package dev.squall.sim.check;

import dev.squall.wire.RecordLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compare-and-set and delete, replayed on a plain map: a version with a condition directly follows
 * the version that it required, and only what is there is deleted.
 */
final class Conditions extends Checker {

    private final Map<Integer, Map<String, Entry.Item>> newest = new HashMap<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first) {
            return;
        }
        var keys = newest.computeIfAbsent(replica.history.shard, _ -> new HashMap<>());
        for (var item : entry.objects()) {
            check(replica, item, keys.put(item.key(), item));
        }
    }

    private void check(Replica replica, Entry.Item item, Entry.@Nullable Item before) {
        long there = before == null || before.delete() ? 0 : before.version();
        // Retention may have taken it before this version came, or only with it.
        boolean maybeGone = before != null && there != 0 && replica.trimmed(before.placed());
        long expected = item.expected();
        boolean met =
                expected == RecordLayout.ANY || expected == there || (expected == 0 && maybeGone);
        if (!met) {
            throw violated(
                    "%s: %s required version %s, but %s was there"
                            .formatted(replica, item, Entry.text(expected), Entry.text(there)));
        }
        if (item.delete() && there == 0 && !item.imported()) {
            throw violated("%s: %s, but nothing was there".formatted(replica, item));
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        var keys = new HashMap<String, Entry.Item>();
        history.entries().forEach(e -> e.objects().forEach(o -> keys.put(o.key(), o)));
        newest.put(history.shard, keys);
    }
}
