package dev.squall.sim.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * "Time: derived the same way by every replica": times never fall along a log and grow strictly
 * along each key that is kept, so that every question about the past has one answer.
 */
final class Times extends Checker {

    private final Map<Integer, Map<String, Entry.Item>> newest = new HashMap<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first) {
            return;
        }
        var history = replica.history;
        if (history.size() > 1) {
            var before = history.get(history.size() - 2);
            if (entry.timestamp() < before.timestamp()) {
                throw violated("%s: after %s comes %s".formatted(replica, before, entry));
            }
        }
        var times = newest.computeIfAbsent(history.shard, _ -> new HashMap<>());
        for (var item : entry.objects()) {
            var last = times.put(item.key(), item);
            boolean grows =
                    last == null
                            || replica.trimmed(last.placed())
                            || item.timestamp() > last.timestamp();
            if (!grows) {
                throw violated("%s: after %s of its key comes %s".formatted(replica, last, item));
            }
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        var times = new HashMap<String, Entry.Item>();
        history.entries().forEach(e -> e.objects().forEach(o -> times.put(o.key(), o)));
        newest.put(history.shard, times);
    }
}
