package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a shard's store answers: from the index to the log, without locks, in the log's own memory.
 * Any thread, unless a method says otherwise.
 */
public final class ShardReads {

    private final Log log;
    private final ShardIndex index;
    private final Listing listing;

    ShardReads(Log log, ShardIndex index) {
        this.log = log;
        this.index = index;
        this.listing = new Listing(log, index);
    }

    /** The newest version of a key. */
    ReadResult get(String key) {
        long head = settled(() -> head(key));
        if (head == 0) {
            var why = known(key) ? ReadResult.Missing.TRIMMED : ReadResult.Missing.NO_KEY;
            return why.in(log);
        }
        return read(head);
    }

    /** Whether an older version is there, though the newest is not. */
    private boolean known(String key) {
        return index.kept().count() > 0 && index.kept().has(key);
    }

    /** A place that is still there: a label's version may be carried forward meanwhile. */
    private long settled(LongSupplier look) {
        long found = look.getAsLong();
        while (found > 0 && log.memory(found) == null) {
            long again = look.getAsLong();
            if (again == found) {
                return found;
            }
            found = again;
        }
        return found;
    }

    /** The newest version not after this one. */
    ReadResult getVersion(String key, long version) {
        return notAfter(key, By.VERSION, version);
    }

    /**
     * The newest version not after this time; the caller has waited for the frontier to pass it.
     */
    ReadResult getAt(String key, long timestamp) {
        return notAfter(key, By.TIME, timestamp);
    }

    private long head(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return index.newest(utf8, utf8.length);
    }

    private long find(String key, By by, long bound) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return settled(() -> {
            long head = index.newest(utf8, utf8.length);
            return index.notAfter(utf8, utf8.length, head, by, bound);
        });
    }

    private ReadResult notAfter(String key, By by, long bound) {
        long location = find(key, by, bound);
        if (location == ShardIndex.TRIMMED) {
            return ReadResult.Missing.TRIMMED.in(log);
        }
        if (location != 0) {
            return read(location);
        }
        var why = head(key) == 0 ? ReadResult.Missing.NO_KEY : ReadResult.Missing.NOT_YET;
        return why.in(log);
    }

    private ReadResult read(long location) {
        var memory = log.memory(location);
        if (memory == null || !log.soundness().record(memory, location)) {
            return ReadResult.Missing.TRIMMED.in(log);
        }
        var object = new StoredObject(memory, Log.offset(location));
        if (object.deleted()) {
            return ReadResult.Missing.DELETED;
        }
        boolean gone = object.bulk() && !new BulkObject(this, object).whole();
        return gone ? ReadResult.Missing.TRIMMED.in(log) : new ReadResult.Found(object);
    }

    /** What lies at a place, or null when it is not kept, or harmed. */
    private @Nullable StoredObject object(long location) {
        var memory = location <= 0 ? null : log.memory(location);
        return memory == null || !log.soundness().record(memory, location)
                ? null
                : new StoredObject(memory, Log.offset(location));
    }

    /** A key's newest version not after a time, deleted or not; null when there is none. */
    public @Nullable StoredObject newestAt(String key, long timestamp) {
        return object(find(key, By.TIME, timestamp));
    }

    /** A key's newest version not after a version, deleted or not; null when there is none. */
    public @Nullable StoredObject newestNotAfter(String key, long version) {
        return object(find(key, By.VERSION, version));
    }

    /** Keys under a prefix of which anything is kept, deleted ones too, in order, behind one. */
    public List<String> names(String prefix, String after, int limit) {
        return listing.keys(prefix, after, _ -> true, limit);
    }

    /** The record of a chunk of a bulk object, or null when it is not kept. */
    public @Nullable StoredObject chunkRecord(long upload, int number) {
        return object(index.chunk(upload, number));
    }

    /** The bytes of a chunk of a bulk object, or null when it is not kept, or harmed. */
    @Nullable MemorySegment chunk(long upload, int number) {
        long location = index.chunk(upload, number);
        var m = location == 0 ? null : log.memory(location);
        return m == null || !log.soundness().record(m, location)
                ? null
                : BulkLayout.chunkBytes(m, Log.offset(location));
    }

    /** Whether a chunk of a bulk object is kept. */
    boolean keepsChunk(long upload, int number) {
        long location = index.chunk(upload, number);
        return location != 0 && log.memory(location) != null;
    }

    /** A key's versions in {@code [from, to]}, oldest first, deletes included. */
    List<StoredObject> history(String key, long from, long to, int limit) {
        return listing.history(key, head(key), from, to, limit);
    }

    /**
     * Keys under a prefix that have an object, in order.
     *
     * @param after only keys behind this one; empty = from the beginning
     * @param timestamp as of this time; {@link Long#MAX_VALUE} = now
     */
    List<String> keys(String prefix, String after, long timestamp, int limit) {
        return listing.keys(prefix, after, key -> has(key, timestamp), limit);
    }

    private boolean has(String key, long timestamp) {
        var found = timestamp == Long.MAX_VALUE ? get(key) : notAfter(key, By.TIME, timestamp);
        return found instanceof ReadResult.Found;
    }
}
