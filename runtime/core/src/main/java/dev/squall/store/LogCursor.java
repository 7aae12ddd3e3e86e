package dev.squall.store;

import dev.squall.base.Key;
import dev.squall.log.Log;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * Reads one shard's log behind its writer, which never notices: it keeps no memory of the log
 * alive, so that what it has not read may be dropped under it. What was dropped it tells: each
 * segment says which version was the newest before it, and if that is newer than what has been
 * passed, something is missing.
 *
 * <p>Single-threaded: belongs to its watch.
 */
public final class LogCursor {

    /** Takes what is found. */
    public interface Sink {

        /**
         * A version of a key under the prefix.
         *
         * @param last whether nothing of this version follows, as more parts of a batch would
         */
        void found(int shard, StoredObject object, boolean last);

        /**
         * Versions have been dropped before they could be read.
         *
         * @param after the newest that was passed before
         * @param through up to where they are gone
         */
        void trimmed(int shard, long after, long through);

        /** Whether it takes no more for the moment. */
        boolean full();
    }

    private final ShardStore store;
    private final String prefix;
    private long location;
    private long version;
    private int segment = -1;

    private LogCursor(ShardStore store, String prefix, long location, long version) {
        this.store = store;
        this.prefix = prefix;
        this.location = location;
        this.version = version;
    }

    /** Begins with what comes after now. */
    public static LogCursor fromNow(ShardStore store, String prefix) {
        long version = store.log().lastVersion();
        return new LogCursor(store, prefix, store.log().locate(version), version);
    }

    /** Begins with what comes after a version that was passed before, here or elsewhere. */
    public static LogCursor after(ShardStore store, String prefix, long version) {
        return new LogCursor(store, prefix, store.log().locate(version), version);
    }

    /** Begins with a version, or what comes after it; 0 = with the first there ever was. */
    public static LogCursor from(ShardStore store, String prefix, long first) {
        var log = store.log();
        long passed = Math.max(0, first - 1);
        long oldest = log.settle(log.first());
        var memory = oldest < 0 ? null : log.memory(oldest);
        boolean beforeAll =
                memory == null || RecordLayout.version(memory, Log.offset(oldest)) > passed;
        // Before the shard's first version there are no others to tell apart.
        long version = beforeAll && log.versionBefore(oldest) <= 0 ? 0 : passed;
        return new LogCursor(store, prefix, log.locate(version), version);
    }

    /** The store whose log it reads. */
    public ShardStore store() {
        return store;
    }

    /** The newest version passed. */
    public long version() {
        return version;
    }

    /**
     * Goes on along the log, until the sink is full.
     *
     * @param records at most so many, found or not
     * @return whether there may be more
     */
    public boolean advance(int records, Sink sink) {
        var log = store.log();
        for (int left = records; left > 0; ) {
            if (sink.full()) {
                return true;
            }
            long at = log.settle(location);
            if (at < 0) {
                return false;
            }
            var memory = log.memory(at);
            if (memory != null && !log.soundness().record(memory, at)) {
                return false; // goes on once the replica has been repaired
            }
            if (memory != null && ((int) (at >>> 32) == segment || enter(at, memory, sink))) {
                location = Log.after(at, memory);
                look(memory, Log.offset(at), sink);
                left--;
            } // else it was dropped this moment: on with what is there now
        }
        return true;
    }

    /**
     * Comes to a segment: says what is missing before it. What was passed before stood in this
     * shard's log: when the log begins later, though nothing was dropped, it is that of a shard
     * which lost all its members and began anew.
     */
    private boolean enter(long at, MemorySegment memory, Sink sink) {
        long through = store.log().versionBefore(at);
        if (through < 0) {
            return false;
        }
        segment = (int) (at >>> 32);
        if (through == 0 && version > 0) {
            through = RecordLayout.version(memory, Log.offset(at)) - 1;
        }
        if (through > version) {
            sink.trimmed(store.shard(), version, through);
            version = through;
        }
        return true;
    }

    private void look(MemorySegment memory, long offset, Sink sink) {
        long found = RecordLayout.version(memory, offset);
        if (found <= version) {
            return;
        }
        version = found;
        if (RecordLayout.imported(memory, offset)) {
            return; // was told of where its key was before
        }
        long next = wanted(memory, BatchLayout.firstObject(memory, offset));
        while (next >= 0) {
            var object = new StoredObject(memory, next);
            next = wanted(memory, BatchLayout.nextObject(memory, next));
            sink.found(store.shard(), object, next < 0);
        }
    }

    /** The first object from here on, in the same record, that is looked for; or -1. */
    private long wanted(MemorySegment memory, long from) {
        long at = from;
        while (at >= 0 && !wants(RecordLayout.key(memory, at))) {
            at = BatchLayout.nextObject(memory, at);
        }
        return at;
    }

    private boolean wants(String key) {
        return key.startsWith(prefix) && !Key.pool(key).equals(Key.SYSTEM_POOL);
    }
}
