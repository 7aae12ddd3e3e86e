package dev.squall.server.watch;

import dev.squall.base.Key;
import dev.squall.log.Log;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * Reads one shard's log behind its writer, which never notices. Single-threaded: belongs to its
 * watch's event loop.
 */
final class LogCursor {

    /** Takes what is found. */
    interface Sink {

        /** A version of a key under the prefix. */
        void found(LogCursor cursor, StoredObject object);

        /** Versions were dropped from the log before they could be read. */
        void missed(LogCursor cursor);
    }

    private final ShardStore store;
    private final String prefix;
    private long location;
    private long version;

    /** Begins with what comes after now. */
    static LogCursor fromNow(ShardStore store, String prefix) {
        // The version first: what is delivered in between is then read twice rather than never.
        long version = store.log().lastVersion();
        return new LogCursor(store, prefix, store.log().tail(), version);
    }

    /** Begins with what comes after a version. */
    static LogCursor after(ShardStore store, String prefix, long version) {
        // The tail first: if the newest version is known, so is everything before that tail.
        long tail = store.log().tail();
        boolean nothingNew = store.log().lastVersion() <= version;
        return new LogCursor(store, prefix, nothingNew ? tail : store.log().first(), version);
    }

    private LogCursor(ShardStore store, String prefix, long location, long version) {
        this.store = store;
        this.prefix = prefix;
        this.location = location;
        this.version = version;
    }

    int shard() {
        return store.shard();
    }

    /** The newest version passed. */
    long version() {
        return version;
    }

    /**
     * Goes on along the log.
     *
     * @param records at most so many, found or not
     * @return whether there may be more
     */
    boolean advance(int records, Sink sink) {
        var log = store.log();
        if (location != 0 && location < log.first()) {
            location = log.first();
            sink.missed(this);
        }
        int[] left = {records};
        log.visit(
                location,
                (at, memory, offset) -> {
                    location = Log.after(at, memory);
                    look(memory, offset, sink);
                    return --left[0] > 0;
                });
        return left[0] == 0;
    }

    private void look(MemorySegment memory, long offset, Sink sink) {
        long found = RecordLayout.version(memory, offset);
        if (found <= version) {
            return;
        }
        version = found;
        var object = new StoredObject(memory, offset);
        if (object.key().startsWith(prefix) && !Key.pool(object.key()).equals(Key.SYSTEM_POOL)) {
            sink.found(this, object);
        }
    }
}
