package dev.squall.store;

import dev.squall.log.Checkpoint;
import dev.squall.log.Log;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Set;
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
    private final Herald herald;
    private final ShardIndex index;
    private final Labels labels;
    private final ShardReads reads;
    private final ProducerTable producers;
    private final Tickets tickets = new Tickets();
    private final TicketRules rules;
    private final Heads heads;
    private final Imports imports;
    private final Room room;
    private final Trimming trimming;
    private @Nullable Opening opening;

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
        this.herald = new Herald(this, listener);
        this.index = new ShardIndex(log, pool.retention());
        this.heads = new Heads(log);
        this.reads = new ShardReads(log, index);
        this.producers = new ProducerTable(pool.sessionMillis());
        this.rules = new TicketRules(tickets, producers, log, index);
        this.imports = new Imports(producers);
        this.room = new Room(pool, log, index, tickets);
        this.labels = new Labels(log, index, tickets, room);
        this.trimming = new Trimming(pool, log, index, tickets, room);
        log.prologue(imports);
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
        return herald.puts();
    }

    /** Payload bytes of {@link #puts}. */
    public long putBytes() {
        return herald.putBytes();
    }

    /** What is known of producers: the same at all that have come equally far. By the writer. */
    public MemorySegment sessions() {
        return imports.bytes();
    }

    /** What is left of its pool's budget. */
    public Room room() {
        return room;
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
            imports.read(log.prologue());
        } else {
            var state = new IndexState.Reader(known.state());
            state.read(imports);
            state.read(tickets, log.first());
            index.load(state);
            from = known.endLocation();
        }
        log.visit(
                from,
                (location, m, at) -> {
                    index.adopt(location, m, at);
                    tickets.take(m, at, location);
                    imports.take(m, at);
                    return true;
                });
        trim();
    }

    /** What a checkpoint would hold: the same for equal logs. By the writer. */
    public MemorySegment state() {
        var state = new IndexState.Writer(0);
        state.write(imports);
        state.write(tickets, log.first());
        index.write(state);
        return state.done();
    }

    /** A copy that ends with a version: what lies behind, the others have never agreed on. */
    public ShardStore upTo(long version) {
        var copy = new ShardStore(shard, pool, log.empty(), herald.listener());
        copy.imports.goOnAs(imports);
        log.visit(
                log.first(),
                (_, m, at) -> {
                    long found = RecordLayout.version(m, at);
                    if (found <= version && copy.log.first() == 0) {
                        copy.log.base(log.before());
                        copy.imports.read(log.prologue());
                    }
                    if (found <= version) {
                        long place = copy.append(m, at, found, RecordLayout.timestamp(m, at));
                        copy.tickets.take(m, at, place);
                        copy.imports.take(m, at);
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
        long stamp = Math.max(RecordLayout.timestamp(m, at), imports.floor(log.lastTimestamp()));
        if (RecordLayout.imported(m, at)) {
            return takeOver(m, at, version, stamp);
        }
        if (Chunks.isChunk(m, at)) {
            var full = room.refusal(m, at);
            return full == null ? stored(index.appendBatch(m, at, version, stamp)) : full;
        }
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_TICKET) {
            return ticket(m, at, version, stamp);
        }
        if (LabelLayout.isKept(m, at)) {
            return labelled(m, at, version, stamp);
        }
        var known = rules.known(m, at);
        if (known != null) {
            return known;
        }
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_BATCH, RecordLayout.KIND_PREPARE -> batch(m, at, version, stamp);
            case RecordLayout.KIND_LABEL -> labelled(m, at, version, stamp);
            default -> put(m, at, version, stamp);
        };
    }

    private Outcome put(MemorySegment m, long at, long version, long stamp) {
        if (tickets.held(m, at)) {
            return new Outcome.Held(RecordLayout.key(m, at));
        }
        long head = index.newest(m, at);
        var refusal = heads.refusal(m, at, head);
        if (refusal == null) {
            refusal = index.late(m, at, stamp) ? new Outcome.Absent() : room.refusal(m, at);
        }
        return refusal == null
                ? stored(index.append(m, at, head, version, heads.after(head, stamp)))
                : refusal;
    }

    /** A label for a version that is there, or a labelled version that is carried forward. */
    private Outcome labelled(MemorySegment m, long at, long version, long stamp) {
        var refusal = labels.refusal(m, at);
        return refusal == null ? stored(labels.enter(m, at, version, stamp)) : refusal;
    }

    /** What has a label. */
    public Kept kept() {
        return index.kept();
    }

    /** The labelled versions that are to be carried forward now. By the writer. */
    public Collection<Labelled> due() {
        return imports.underWay() ? List.of() : trimming.due();
    }

    /** A record out of the shard in which its key was before. */
    private Outcome takeOver(MemorySegment m, long at, long version, long stamp) {
        boolean one = RecordLayout.isVersion(m, at);
        long head = one ? index.newest(m, at) : 0;
        if (!imports.accepts(m, at, heads.object(head))) {
            return new Outcome.Absent();
        }
        return stored(
                one
                        ? index.append(m, at, head, version, stamp)
                        : index.appendBatch(m, at, version, stamp));
    }

    /**
     * The shard goes on in a view.
     *
     * @param sources shards from which it still takes over keys
     * @param micros all times in the view are later
     */
    public void goOn(Set<Integer> sources, long micros) {
        imports.goOn(sources, micros);
        trim();
    }

    /** What it takes over from other shards. */
    public Imports imports() {
        return imports;
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
        var full = room.refusal(m, at);
        return full == null ? stored(index.appendBatch(m, at, version, time)) : full;
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
        if (LabelLayout.isAbout(m, at)) {
            return labels.replay(m, at, version, timestamp);
        }
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
            imports.read(known.sessions());
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
        imports.take(m, at);
        herald.tell(m, at, location);
        long timestamp = RecordLayout.timestamp(m, at);
        long time = RecordLayout.imported(m, at) ? timestamp : BatchLayout.objectTime(m, at);
        trim(); // at last: who is told finds all that came before
        return new Outcome.Stored(version, time);
    }

    /** Drops what may go of the oldest segments. The same at every replica. */
    private void trim() {
        if (!imports.underWay()) { // or what came after a key could go, and the key come once more
            trimming.run();
        }
    }

    /** A cursor for one thread that reads without making garbage. */
    public ShardReader reader() {
        return new ShardReader(log, index);
    }

    /** What else can be asked. */
    public ShardReads reads() {
        return reads;
    }

    /** The newest version of a key. */
    public ReadResult get(String key) {
        return reads.get(key);
    }

    /** The newest version not after this one. */
    public ReadResult getVersion(String key, long version) {
        return reads.getVersion(key, version);
    }

    /** The newest version not after this time, which the caller knows the frontier has passed. */
    public ReadResult getAt(String key, long timestamp) {
        return reads.getAt(key, timestamp);
    }

    /** A key's versions in {@code [from, to]}, oldest first, deletes included. */
    public List<StoredObject> history(String key, long from, long to, int limit) {
        return reads.history(key, from, to, limit);
    }

    /**
     * Keys under a prefix that have an object, in order.
     *
     * @param after only keys behind this one; empty = from the beginning
     * @param timestamp as of this time; {@link Long#MAX_VALUE} = now
     */
    public List<String> keys(String prefix, String after, long timestamp, int limit) {
        return reads.keys(prefix, after, timestamp, limit);
    }
}
