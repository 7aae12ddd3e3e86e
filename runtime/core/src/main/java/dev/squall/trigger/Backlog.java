package dev.squall.trigger;

import dev.squall.log.Log;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.wire.BatchLayout;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lane has missed: ranges of shard logs, to be read again from there. A full lane costs the
 * delivering thread one short lock per object and the object nothing, for it is in the log anyway.
 */
final class Backlog {

    /** One shard's missed range; both ends are locations of objects, unless trimmed meanwhile. */
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
            if (memory == null || !log.soundness().record(memory, at)) {
                ranges.remove(entry.getKey());
                return new Step(null, true);
            }
            boolean trimmed = at > range.next;
            var object = object(memory, at);
            long location = object == null ? at : at - Log.offset(at) + object.at();
            if (location >= range.last) {
                ranges.remove(entry.getKey());
            } else {
                range.next = after(log, memory, location, object);
            }
            if (object != null
                    && location <= range.last
                    && wanted.test(entry.getKey(), location, object)) {
                return new Step(object, trimmed);
            }
            if (trimmed) {
                return new Step(null, true);
            }
        }
        any = false;
        return null;
    }

    /** The first object of the record at a location, or null; the object itself when it is one. */
    private static @Nullable StoredObject object(MemorySegment memory, long location) {
        long at = BatchLayout.firstObject(memory, Log.offset(location));
        return at < 0 ? null : new StoredObject(memory, at);
    }

    /** Where the next object, or the next record, begins. */
    private static long after(
            Log log, MemorySegment memory, long location, @Nullable StoredObject object) {
        long at = Log.offset(location);
        long next = object == null ? -1 : BatchLayout.nextObject(memory, at);
        long record = location - (at - BatchLayout.record(memory, at));
        return next >= 0 ? location + (next - at) : log.settle(Log.after(record, memory));
    }
}
