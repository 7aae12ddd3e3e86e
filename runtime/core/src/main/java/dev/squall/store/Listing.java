package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a shard has of many versions or many keys. A list says of what it does not name that it is
 * not there, so it is refused while harm in the log is known that may hide something.
 */
final class Listing {

    private final Log log;
    private final ShardIndex index;

    Listing(Log log, ShardIndex index) {
        this.log = log;
        this.index = index;
    }

    /**
     * Versions in {@code [from, to]} of a key, oldest first: those that are kept by a label, then
     * what the pool keeps of all.
     *
     * @param head where its newest lies; 0 = nowhere
     */
    List<StoredObject> history(String key, long head, long from, long to, int limit) {
        var found = new TreeMap<Long, StoredObject>();
        for (var labelled : index.kept().between(key, from, to)) {
            add(found, labelled.location());
        }
        if (head != 0) {
            for (long location : index.between(head, from, to, limit)) {
                add(found, location);
            }
        }
        return sound(found.values().stream().limit(limit).toList());
    }

    private void add(Map<Long, StoredObject> found, long location) {
        var memory = log.memory(location);
        if (memory != null && log.soundness().record(memory, location)) {
            var object = new StoredObject(memory, Log.offset(location));
            found.put(object.version(), object);
        }
    }

    /** Keys under a prefix, in order, behind one of them, that pass a filter. */
    List<String> keys(String prefix, String after, KeyOrder.Filter filter, int limit) {
        var found = index.keys(prefix, after, limit, filter);
        if (index.kept().count() == 0) {
            return sound(found);
        }
        var all = new TreeSet<>(found);
        var from = after;
        while (all.size() <= limit) { // of keys whose newest is gone, an older one may be there
            var more = index.kept().keys(prefix, from, limit);
            more.stream().filter(filter::accepts).forEach(all::add);
            if (more.size() < limit) {
                break;
            }
            from = more.getLast();
        }
        return sound(all.stream().limit(limit).toList());
    }

    private <T> List<T> sound(List<T> list) {
        if (log.soundness().isHarmed()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, ReadResult.Why.DAMAGED.text());
        }
        return list;
    }
}
