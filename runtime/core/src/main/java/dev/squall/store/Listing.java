package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import java.util.ArrayList;
import java.util.List;

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

    /** Versions in {@code [from, to]} of the key whose newest lies at a place, oldest first. */
    List<StoredObject> history(long head, long from, long to, int limit) {
        var found = new ArrayList<StoredObject>();
        if (head != 0) {
            for (long location : index.between(head, from, to, limit)) {
                var memory = log.memory(location);
                if (memory != null && log.soundness().record(memory, location)) {
                    found.add(new StoredObject(memory, Log.offset(location)));
                }
            }
        }
        return sound(found);
    }

    /** Keys under a prefix, in order, behind one of them, that pass a filter. */
    List<String> keys(String prefix, String after, KeyOrder.Filter filter, int limit) {
        return sound(index.keys(prefix, after, limit, filter));
    }

    private <T> List<T> sound(List<T> list) {
        if (log.soundness().isHarmed()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, ReadResult.Why.DAMAGED.text());
        }
        return list;
    }
}
