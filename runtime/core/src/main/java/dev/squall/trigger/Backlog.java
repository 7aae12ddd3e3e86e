package dev.squall.trigger;

import dev.squall.log.Log;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has missed: ranges of shard logs, to be read again from there. A full lane costs the
 * delivering thread one short lock per object and the object nothing, for it is in the log anyway.
 */
final class Backlog {

    /** One shard's missed range; both ends are locations of records, unless trimmed meanwhile. */
    private static final class Range {
        long next;
        long last;

        Range(long location) {
            next = location;
            last = location;
        }
    }

    /** Which objects of a log a lane handles. */
    interface Wanted {

        /** Asked for each object in a missed range. */
        boolean test(ShardStore store, long location, StoredObject object);
    }

    /** What the backlog has to offer next. */
    record Step(@Nullable StoredObject object, boolean trimmed) {}

    private final Map<ShardStore, Range> ranges = new LinkedHashMap<>();
    private volatile boolean any;

    /** Whether anything is missed; while so, all new objects must be added here. */
    boolean any() {
        return any;
    }

    /** An object found the lane full, or others before it did. */
    synchronized void add(ShardStore store, long location) {
        any = true;
        var range = ranges.get(store);
        if (range == null) {
            ranges.put(store, new Range(location));
        } else {
            range.last = location;
        }
    }

    /**
     * Takes the next missed object.
     *
     * @param wanted which objects the lane handles: others in the range are passed over
     * @return null when nothing is missed any more
     */
    synchronized @Nullable Step next(Wanted wanted) {
        while (!ranges.isEmpty()) {
            var entry = ranges.entrySet().iterator().next();
            var log = entry.getKey().log();
            var range = entry.getValue();
            long at = log.settle(range.next);
            var memory = at < 0 || at > range.last ? null : log.memory(at);
            if (memory == null) {
                ranges.remove(entry.getKey());
                return new Step(null, true);
            }
            boolean trimmed = at > range.next;
            if (at == range.last) {
                ranges.remove(entry.getKey());
            } else {
                range.next = log.settle(Log.after(at, memory));
            }
            var object = new StoredObject(memory, Log.offset(at));
            if (wanted.test(entry.getKey(), at, object)) {
                return new Step(object, trimmed);
            }
            if (trimmed) {
                return new Step(null, true);
            }
        }
        any = false;
        return null;
    }
}
