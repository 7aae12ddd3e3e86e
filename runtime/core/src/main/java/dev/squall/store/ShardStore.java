package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * One shard's objects: an index of key histories over the shard's log, and the table of its
 * producers. A deterministic state machine over delivered records, so that all replicas agree on
 * every version, time and refusal.
 *
 * <p><b>Time.</b> A version's time is the sender's stamp, raised so that times never fall along the
 * log and grow strictly along each key. A read at the time that a put was answered with finds
 * exactly that put.
 *
 * <p><b>Threads.</b> {@link #apply} and {@link #recover} by one writer; reads by anybody, without
 * locks or copies.
 */
public final class ShardStore {

    private static final ReadResult NO_KEY = new ReadResult.Missing(ReadResult.Why.NO_KEY);

    private final int shard;
    private final PoolSpec pool;
    private final Log log;
    private final PutListener listener;
    private final ConcurrentSkipListMap<String, KeyHistory> index = new ConcurrentSkipListMap<>();
    private final ProducerTable producers = new ProducerTable();
    private final Map<Integer, Integer> live = new HashMap<>();
    private final Counter puts = new Counter();
    private final Counter putBytes = new Counter();

    /**
     * @param shard the shard's number in the cluster
     * @param pool what it belongs to
     * @param log its records
     * @param listener told of every new version
     */
    public ShardStore(int shard, PoolSpec pool, Log log, PutListener listener) {
        this.shard = shard;
        this.pool = pool;
        this.log = log;
        this.listener = listener;
    }

    public int shard() {
        return shard;
    }

    public PoolSpec pool() {
        return pool;
    }

    public Log log() {
        return log;
    }

    /** Versions made here since the start. */
    public long puts() {
        return puts.get();
    }

    /** Payload bytes of {@link #puts}. */
    public long putBytes() {
        return putBytes.get();
    }

    /** Keys with at least one version. */
    public int keyCount() {
        return index.size();
    }

    /**
     * Builds index and producers from a recovered log, and drops what the retention does not keep:
     * the disk may still have had it. No listener is told.
     */
    public void recover() {
        log.visit(
                log.first(),
                (location, m, at) -> {
                    remember(
                            RecordLayout.key(m, at),
                            m,
                            at,
                            location,
                            RecordLayout.version(m, at),
                            RecordLayout.timestamp(m, at));
                    return true;
                });
        trim();
    }

    /**
     * Applies a delivered record.
     *
     * @param m memory that holds it, copied from before this returns
     * @param at where it begins
     * @param version the version that its place in the order gives it
     */
    public Outcome apply(MemorySegment m, long at, long version) {
        if ((RecordLayout.flags(m, at) & RecordLayout.FLAG_REPLAY) != 0) {
            return replay(m, at);
        }
        var producer = RecordLayout.producer(m, at);
        if (!producer.isEmpty()) {
            var known =
                    producers.known(
                            producer,
                            RecordLayout.incarnation(m, at),
                            RecordLayout.sequence(m, at));
            if (known != null) {
                return known;
            }
        }
        var key = RecordLayout.key(m, at);
        var history = index.get(key);
        var refusal = refusal(m, at, history);
        if (refusal != null) {
            return refusal;
        }
        long last = history == null ? Long.MIN_VALUE : history.newestTimestamp();
        long stamp = Math.max(RecordLayout.timestamp(m, at), log.lastTimestamp());
        return store(key, m, at, version, Math.max(stamp, last + 1));
    }

    /** A record out of a peer's log: taken as it is, unless it is here already. */
    private Outcome replay(MemorySegment m, long at) {
        long version = RecordLayout.version(m, at);
        long timestamp = RecordLayout.timestamp(m, at);
        if (version <= log.lastVersion()) {
            return new Outcome.Repeated(version, timestamp);
        }
        return store(RecordLayout.key(m, at), m, at, version, timestamp);
    }

    private @Nullable Outcome refusal(MemorySegment m, long at, @Nullable KeyHistory history) {
        long expected = RecordLayout.expected(m, at);
        boolean delete = RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE;
        if (expected == RecordLayout.ANY && !delete) {
            return null;
        }
        long newest = newestVersion(history);
        if (expected != RecordLayout.ANY && expected != newest) {
            return new Outcome.Mismatch(newest);
        }
        return delete && newest == 0 ? new Outcome.Absent() : null;
    }

    /** The key's newest version, or 0 when there is none or it was deleted. */
    private long newestVersion(@Nullable KeyHistory history) {
        if (history == null || history.isEmpty()) {
            return 0;
        }
        long location = history.newest();
        var m = log.memory(location);
        if (m == null || isDelete(m, Log.offset(location))) {
            return 0;
        }
        return RecordLayout.version(m, Log.offset(location));
    }

    private static boolean isDelete(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_DELETE;
    }

    private Outcome store(String key, MemorySegment m, long at, long version, long timestamp) {
        long location = log.append(m, at, version, timestamp);
        var memory = log.memory(location);
        if (memory == null) {
            throw new IllegalStateException("the log dropped what it was given: " + location);
        }
        long offset = Log.offset(location);
        remember(key, memory, offset, location, version, timestamp);
        puts.add(1);
        putBytes.add(RecordLayout.payloadLength(memory, offset));
        trim();
        listener.onPut(this, location, new StoredObject(key, memory, offset));
        return new Outcome.Stored(version, timestamp);
    }

    private void remember(
            String key, MemorySegment m, long at, long location, long version, long timestamp) {
        var history = index.computeIfAbsent(key, _ -> new KeyHistory());
        history.add(version, timestamp, location);
        live.merge((int) (location >>> 32), 1, Integer::sum);
        int kept = pool.retention().versions();
        if (kept > 0) {
            history.forgetBefore(history.oldestOf(kept), this::forgotten);
        }
        var producer = RecordLayout.producer(m, at);
        if (!producer.isEmpty()) {
            producers.applied(
                    producer,
                    RecordLayout.incarnation(m, at),
                    RecordLayout.sequence(m, at),
                    version,
                    timestamp);
        }
    }

    /** One version less is remembered of a segment. */
    private void forgotten(long location) {
        live.merge((int) (location >>> 32), -1, Integer::sum);
    }

    /** Drops the oldest segments while the pool's retention allows. The same at every replica. */
    private void trim() {
        var retention = pool.retention();
        while (tooMuch(retention) || nothingLiveInFirst()) {
            dropFirst();
        }
    }

    private boolean nothingLiveInFirst() {
        return log.oldestTimestamp() != Long.MAX_VALUE
                && live.getOrDefault((int) (log.first() >>> 32), 0) == 0;
    }

    private boolean tooMuch(Retention retention) {
        long oldest = log.oldestTimestamp();
        if (oldest == Long.MAX_VALUE) {
            return false;
        }
        boolean tooLarge = retention.bytes() > 0 && log.bytes() > retention.bytes();
        boolean tooOld =
                retention.ageMillis() > 0
                        && log.lastTimestamp() - oldest > retention.ageMillis() * 1000;
        return tooLarge || tooOld;
    }

    /** Drops one segment, and what the index says of it. */
    private void dropFirst() {
        var touched = new ArrayList<String>();
        long end = ((log.first() >>> 32) + 1) << 32;
        log.visit(
                log.first(),
                (location, m, at) -> {
                    if (location < end) {
                        touched.add(RecordLayout.key(m, at));
                    }
                    return location < end;
                });
        live.remove((int) (log.first() >>> 32));
        long first = log.dropFirst();
        var memory = log.memory(first);
        if (memory != null) {
            producers.forgetBefore(RecordLayout.version(memory, Log.offset(first)));
        }
        for (var key : touched) {
            var history = index.get(key);
            if (history != null) {
                history.forgetBefore(first, _ -> {});
                if (history.isEmpty()) {
                    index.remove(key);
                }
            }
        }
    }

    /** The newest version of a key. */
    public ReadResult get(String key) {
        var history = index.get(key);
        return history == null ? NO_KEY : read(key, history.newest());
    }

    /** The newest version not after this one. */
    public ReadResult getVersion(String key, long version) {
        var history = index.get(key);
        return history == null ? NO_KEY : readOld(key, history, history.atVersion(version));
    }

    /**
     * The newest version not after this time; the caller has waited for the frontier to pass it.
     */
    public ReadResult getAt(String key, long timestamp) {
        var history = index.get(key);
        return history == null ? NO_KEY : readOld(key, history, history.atTime(timestamp));
    }

    private ReadResult readOld(String key, KeyHistory history, long location) {
        if (location == 0) {
            return new ReadResult.Missing(
                    history.forgotten() ? ReadResult.Why.TRIMMED : ReadResult.Why.NOT_YET);
        }
        return read(key, location);
    }

    private ReadResult read(String key, long location) {
        var memory = log.memory(location);
        if (memory == null) {
            return new ReadResult.Missing(ReadResult.Why.TRIMMED);
        }
        var object = new StoredObject(key, memory, Log.offset(location));
        return object.deleted()
                ? new ReadResult.Missing(ReadResult.Why.DELETED)
                : new ReadResult.Found(object);
    }

    /** A key's versions in {@code [from, to]}, oldest first, deletes included. */
    public List<StoredObject> history(String key, long from, long to, int limit) {
        var history = index.get(key);
        var found = new ArrayList<StoredObject>();
        if (history != null) {
            for (long location : history.between(from, to, limit)) {
                var memory = log.memory(location);
                if (memory != null) {
                    found.add(new StoredObject(key, memory, Log.offset(location)));
                }
            }
        }
        return found;
    }

    /**
     * Keys under a prefix that have an object, in order.
     *
     * @param after only keys behind this one; empty = from the beginning
     * @param timestamp as of this time; {@link Long#MAX_VALUE} = now
     */
    public List<String> keys(String prefix, String after, long timestamp, int limit) {
        var found = new ArrayList<String>();
        var from = after.compareTo(prefix) >= 0 ? after : prefix;
        for (var entry : index.tailMap(from, !from.equals(after)).entrySet()) {
            var key = entry.getKey();
            if (!key.startsWith(prefix) || found.size() == limit) {
                break;
            }
            long location =
                    timestamp == Long.MAX_VALUE
                            ? entry.getValue().newest()
                            : entry.getValue().atTime(timestamp);
            if (location != 0 && read(key, location) instanceof ReadResult.Found) {
                found.add(key);
            }
        }
        return found;
    }
}
