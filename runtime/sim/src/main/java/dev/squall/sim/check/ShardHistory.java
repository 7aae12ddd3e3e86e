package dev.squall.sim.check;

import dev.squall.base.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The one order of a shard, put together from what its replicas did: whoever is first with a
 * version decides, the others must do the same. What was lost with every replica that had it is cut
 * off.
 */
final class ShardHistory {

    final int shard;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Entry> lost = new HashSet<>();

    ShardHistory(int shard) {
        this.shard = shard;
    }

    int size() {
        return entries.size();
    }

    Entry get(int index) {
        return entries.get(index);
    }

    List<Entry> entries() {
        return entries;
    }

    long lastVersion() {
        return entries.isEmpty() ? Version.NONE : entries.getLast().version();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Where a version stands, or -1. */
    int indexOf(long version) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (entries.get(mid).version() < version) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low < entries.size() && entries.get(low).version() == version ? low : -1;
    }

    /** Everything from an index on is lost. Returns it. */
    List<Entry> cut(int from) {
        var tail = entries.subList(from, entries.size());
        var copy = List.copyOf(tail);
        tail.clear();
        lost.addAll(copy);
        return copy;
    }

    /** Whether something was in the history once. */
    boolean lost(Entry entry) {
        return lost.contains(entry);
    }
}
