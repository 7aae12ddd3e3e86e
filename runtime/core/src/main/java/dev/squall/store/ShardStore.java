package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.log.Checkpoint;
import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
 * <p><b>Batches.</b> Several objects in one record have one version and one time. A reader of the
 * newest waits for the moment in which a batch comes in (see {@link ShardIndex}), a reader of the
 * past is not shown its time before: nobody sees half.
 *
 * <p><b>Threads.</b> {@link #apply} and {@link #recover} by one writer; reads by anybody, without
 * locks or copies.
 */
public final class ShardStore {

    private final int shard;
    private final PoolSpec pool;
    private final Log log;
    private final PutListener listener;
    private final ShardIndex index;
    private final Listing listing;
    private final ProducerTable producers;
    private final Tickets tickets = new Tickets();
    private final TicketRules rules;
    private final Heads heads;
    private @Nullable Opening opening;
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
        this.index = new ShardIndex(log, pool.retention().versions());
        this.heads = new Heads(log);
        this.listing = new Listing(log, index);
        this.producers = new ProducerTable(pool.sessionMillis());
        this.rules = new TicketRules(tickets, producers, log, index);
        log.prologue(producers);
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

    /** The view in which the shard was made, or began anew: before it there was nothing. */
    public void madeIn(long view) {
        index.madeIn(view);
    }

    /** Versions made here since the start. */
    public long puts() {
        return puts.get();
    }

    /** Payload bytes of {@link #puts}. */
    public long putBytes() {
        return putBytes.get();
    }

    /** What is known of producers: the same at all that have come equally far. By the writer. */
    public MemorySegment sessions() {
        return producers.bytes();
    }

    /** Keys with at least one version. */
    public int keyCount() {
        return index.keyCount();
    }

    /**
     * Builds index and producers from a recovered log, and drops what the retention does not keep:
     * the disk may still have had it. No listener is told.
     *
     * @param known what the beginning of the log comes to; null = that is yet to be seen
     */
    public void recover(@Nullable Checkpoint known) {
        long from = log.first();
        if (known == null) {
            producers.read(log.prologue());
        } else {
            var state = new IndexState.Reader(known.state());
            state.read(producers);
            state.read(tickets, log.first());
            index.load(state);
            from = known.endLocation();
        }
        log.visit(
                from,
                (location, m, at) -> {
                    index.adopt(location, m, at);
                    tickets.take(m, at, location);
                    producers.take(m, at);
                    return true;
                });
        trim();
    }

    /** What a checkpoint would hold: the same for equal logs. By the writer. */
    public MemorySegment state() {
        var state = new IndexState.Writer(0);
        state.write(producers);
        state.write(tickets, log.first());
        index.write(state);
        return state.done();
    }

    /** A copy that ends with a version: what lies behind, the others have never agreed on. */
    public ShardStore upTo(long version) {
        var copy = new ShardStore(shard, pool, log.empty(), listener);
        log.visit(
                log.first(),
                (_, m, at) -> {
                    long found = RecordLayout.version(m, at);
                    if (found <= version && copy.log.first() == 0) {
                        copy.log.base(log.before());
                        copy.producers.read(log.prologue());
                    }
                    if (found <= version) {
                        long place = copy.append(m, at, found, RecordLayout.timestamp(m, at));
                        copy.tickets.take(m, at, place);
                        copy.producers.take(m, at);
                    }
                    return found < version;
                });
        copy.trim();
        return copy;
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
        long stamp = Math.max(RecordLayout.timestamp(m, at), log.lastTimestamp());
        if (Chunks.isChunk(m, at)) {
            return stored(index.appendBatch(m, at, version, stamp));
        }
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_TICKET) {
            return ticket(m, at, version, stamp);
        }
        var known = rules.known(m, at);
        if (known != null) {
            return known;
        }
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_BATCH, RecordLayout.KIND_PREPARE -> batch(m, at, version, stamp);
            default -> put(m, at, version, stamp);
        };
    }

    private Outcome put(MemorySegment m, long at, long version, long stamp) {
        if (tickets.held(m, at)) {
            return new Outcome.Held(RecordLayout.key(m, at));
        }
        long head = index.newest(m, at);
        var refusal = heads.refusal(m, at, head);
        if (refusal != null) {
            return refusal;
        }
        return index.late(m, at, stamp)
                ? new Outcome.Absent()
                : stored(index.append(m, at, head, version, heads.after(head, stamp)));
    }

    /** All parts of a batch or none: each must find its key as its caller wants it. */
    private Outcome batch(MemorySegment m, long at, long version, long stamp) {
        var refused = rules.refused(m, at, stamp);
        if (refused != null) {
            return refused;
        }
        long time = Math.max(stamp, TicketRules.notBefore(m, at));
        for (long p = BatchLayout.firstPart(m, at); p >= 0; p = BatchLayout.nextPart(m, p)) {
            if (tickets.held(m, p)) {
                return new Outcome.Held(RecordLayout.key(m, p));
            }
            long head = index.newest(m, p);
            if (heads.refusal(m, p, head) != null) {
                return new Outcome.Unmet(RecordLayout.key(m, p), heads.version(head));
            }
            time = heads.after(head, time);
        }
        return stored(index.appendBatch(m, at, version, time));
    }

    private Outcome ticket(MemorySegment m, long at, long version, long stamp) {
        var known = rules.said(m, at);
        return known == null
                ? rules.done(m, at, stored(rules.enter(m, at, version, stamp)))
                : known;
    }

    /** Batches over several shards that this one takes part in. */
    public Tickets tickets() {
        return tickets;
    }

    /** A record out of a peer's log: taken as it is, unless it is here already. */
    private Outcome replay(MemorySegment m, long at) {
        long version = RecordLayout.version(m, at);
        long timestamp = RecordLayout.timestamp(m, at);
        if (version <= log.lastVersion()) {
            return new Outcome.Repeated(version, timestamp);
        }
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_SESSIONS) {
            opening = Opening.of(m, at);
            return new Outcome.Repeated(version, timestamp);
        }
        begin(version);
        return stored(append(m, at, version, timestamp));
    }

    private long append(MemorySegment m, long at, long version, long timestamp) {
        boolean one = BatchLayout.firstObject(m, at) == at;
        return one
                ? index.append(m, at, index.newest(m, at), version, timestamp)
                : index.appendBatch(m, at, version, timestamp);
    }

    /** The log is about to begin, perhaps with a version that others were before. */
    private void begin(long version) {
        var known = opening;
        if (log.first() == 0 && known != null && known.version() == version) {
            log.base(known.before());
            producers.read(known.sessions());
        }
        opening = null;
    }

    /** A record stands in the log and in the index. */
    private Outcome.Stored stored(long location) {
        var m = log.memory(location);
        if (m == null) {
            throw new IllegalStateException("the log dropped what it was given: " + location);
        }
        long at = Log.offset(location);
        long version = RecordLayout.version(m, at);
        tickets.take(m, at, location);
        producers.take(m, at);
        trim();
        if (Chunks.isChunk(m, at)) {
            listener.onChunk(this, location, new StoredObject(m, at));
        }
        for (long o = BatchLayout.firstObject(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            puts.add(1);
            putBytes.add(RecordLayout.payloadLength(m, o));
            listener.onPut(this, location + (o - at), new StoredObject(m, o));
        }
        return new Outcome.Stored(version, BatchLayout.objectTime(m, at));
    }

    /** Drops the oldest segments while the pool's retention allows. The same at every replica. */
    private void trim() {
        var retention = pool.retention();
        while ((retention.exceededBy(log) || nothingLiveInFirst()) && !tickets.need(log.first())) {
            index.dropFirst();
        }
    }

    /** In a pool that keeps everything nothing goes, or who fills others could not rely on it. */
    private boolean nothingLiveInFirst() {
        return !pool.retention().equals(Retention.ALL)
                && log.oldestTimestamp() != Long.MAX_VALUE
                && index.nothingKeptInFirst();
    }

    /** A cursor for one thread that reads without making garbage. */
    public ShardReader reader() {
        return new ShardReader(log, index);
    }

    /** The newest version of a key. */
    public ReadResult get(String key) {
        long head = head(key);
        return head == 0 ? ReadResult.Missing.NO_KEY.in(log) : read(head);
    }

    /** The newest version not after this one. */
    public ReadResult getVersion(String key, long version) {
        return notAfter(head(key), By.VERSION, version);
    }

    /** The newest version not after this time, which the caller knows the frontier has passed. */
    public ReadResult getAt(String key, long timestamp) {
        return notAfter(head(key), By.TIME, timestamp);
    }

    private long head(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        return index.newest(utf8, utf8.length);
    }

    private ReadResult notAfter(long head, By by, long bound) {
        if (head == 0) {
            return ReadResult.Missing.NO_KEY.in(log);
        }
        long location = index.notAfter(head, by, bound);
        if (location == ShardIndex.TRIMMED) {
            return ReadResult.Missing.TRIMMED.in(log);
        }
        return location == 0 ? ReadResult.Missing.NOT_YET.in(log) : read(location);
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
    public List<StoredObject> history(String key, long from, long to, int limit) {
        return listing.history(head(key), from, to, limit);
    }

    /**
     * Keys under a prefix that have an object, in order.
     *
     * @param after only keys behind this one; empty = from the beginning
     * @param timestamp as of this time; {@link Long#MAX_VALUE} = now
     */
    public List<String> keys(String prefix, String after, long timestamp, int limit) {
        return listing.keys(prefix, after, key -> has(head(key), timestamp), limit);
    }

    private boolean has(long head, long timestamp) {
        var found =
                timestamp == Long.MAX_VALUE && head != 0
                        ? read(head)
                        : notAfter(head, By.TIME, timestamp);
        return found instanceof ReadResult.Found;
    }
}
