package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.log.Log;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a shard's {@link Budget}, and so which changes are refused because it is full.
 *
 * <p><b>What counts</b> is what follows from the log alone, or replicas would decide differently:
 * the log itself, in a volatile pool, where it is the memory; and {@link #KEY_BYTES} for each key,
 * in every pool, for the index that leads to it. A persistent pool's log lies in files, which the
 * page cache holds as long as there is room; what has not been written yet, two segments as a rule,
 * is not counted, for it depends on the disk.
 *
 * <p><b>Who is asked.</b> A change is asked where it has its place in the order and not at the
 * door, after what is known of its producer: a retry of what was applied gets its first answer,
 * though the shard is full. A refusal leaves no trace, in the log or the table of producers: a
 * retry of what was refused is decided as it comes, everywhere alike, and happens once when there
 * is room again.
 *
 * <p><b>What is never refused</b>: word of a ticket, for its parts were counted twice when they
 * came ({@link #promised}); keys that come from other shards; the end of an upload; and deletes as
 * long as they fit into a reserve ({@link Budget#reserveBytes}), or nobody could make room.
 *
 * <p>Belongs to the shard's writer, but for the figures, which anybody may ask.
 */
public final class Room {

    /** What a key costs in the index: a slot of a table that is half full, and a place in order. */
    static final long KEY_BYTES = 32;

    /**
     * What is labelled is carried forward for room when that makes at least this part of the
     * budget: an eighth. At most half of it is labelled, so four bytes are carried for each that is
     * gained.
     */
    private static final int CARRIED_FOR = 8;

    private final Budget budget;
    private final boolean inMemory;
    private final Log log;
    private final ShardIndex index;
    private final Tickets tickets;
    private final Counter refused = new Counter();
    private final Counter evicted = new Counter();

    Room(PoolSpec pool, Log log, ShardIndex index, Tickets tickets) {
        this.budget = pool.budget();
        this.inMemory = pool.store() == StoreKind.VOLATILE;
        this.log = log;
        this.index = index;
        this.tickets = tickets;
    }

    /** Bytes in use, as the budget counts them. Any thread. */
    public long used() {
        return (inMemory ? log.bytes() : 0) + KEY_BYTES * index.keyCount();
    }

    /** Bytes that there may be; 0 = the pool has no budget. Any thread. */
    public long budget() {
        return budget.bytes();
    }

    /** Changes refused since the start because the shard was full. Any thread. */
    public long refused() {
        return refused.get();
    }

    /** Log bytes let go of since the start to make room. Any thread. */
    public long evicted() {
        return evicted.get();
    }

    /** Why a record that would come into the log may not, or not with its labels; or null. */
    @Nullable Outcome refusal(MemorySegment m, long at) {
        var full = overBudget(m, at);
        return full == null ? index.kept().refusal(m, at) : full;
    }

    private @Nullable Outcome overBudget(MemorySegment m, long at) {
        if (!budget.is() || endsUpload(m, at)) {
            return null;
        }
        boolean share = RecordLayout.kind(m, at) == RecordLayout.KIND_PREPARE;
        long footprint = RecordLayout.footprint(RecordLayout.length(m, at));
        long needs = (inMemory ? (share ? 2 : 1) * footprint : 0) + KEY_BYTES * newKeys(m, at);
        long limit = budget.bytes() + (deletes(m, at) ? budget.reserveBytes() : 0);
        long used = used() + promised();
        if (needs > 0 && !fits(used, needs, limit)) {
            return full(used, needs);
        }
        needs += inMemory ? log.beginBytes(footprint) : 0;
        return needs == 0 || fits(used, needs, limit) ? null : full(used, needs);
    }

    /** What is over the budget although it evicts is held by open tickets, or while keys move. */
    private boolean fits(long used, long needs, long limit) {
        boolean room = budget.evicts() ? used <= limit : used + needs <= limit;
        return room && needs <= budget.changeBytesMax();
    }

    private Outcome full(long used, long needs) {
        refused.add(1);
        return new Outcome.Full(used, needs, budget.bytes(), false);
    }

    private static boolean endsUpload(MemorySegment m, long at) {
        return Chunks.isChunk(m, at)
                && BulkLayout.chunkIndex(m, RecordLayout.payloadAt(m, at)) == BulkLayout.GIVEN_UP;
    }

    /** What the shares of open tickets take once more when they are committed. */
    private long promised() {
        if (!inMemory || tickets.count() == 0) {
            return 0;
        }
        long sum = 0;
        for (var open : tickets.open()) {
            var share = open.home() ? null : log.memory(open.location());
            if (share != null) {
                int length = RecordLayout.length(share, Log.offset(open.location()));
                sum += RecordLayout.footprint(length);
            }
        }
        return sum;
    }

    /** The first object of a record that comes into the log, decided or not; -1 = none. */
    static long first(MemorySegment m, long at) {
        boolean share = RecordLayout.kind(m, at) == RecordLayout.KIND_PREPARE;
        return share ? BatchLayout.firstPart(m, at) : BatchLayout.firstObject(m, at);
    }

    private long newKeys(MemorySegment m, long at) {
        long keys = 0;
        for (long o = first(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            keys += index.newest(m, o) == 0 ? 1 : 0;
        }
        return keys;
    }

    private static boolean deletes(MemorySegment m, long at) {
        boolean all = !Chunks.isChunk(m, at);
        for (long o = first(m, at); o >= 0 && all; o = BatchLayout.nextObject(m, o)) {
            all = RecordLayout.kind(m, o) == RecordLayout.KIND_DELETE;
        }
        return all;
    }

    /** Whether the log's oldest segment has to go, so that the shard keeps to its budget. */
    boolean exceeded() {
        boolean more = log.oldestTimestamp() != Long.MAX_VALUE;
        return budget.evicts() && more && used() > budget.bytes();
    }

    /**
     * Whether the log's oldest segment has to go, or will soon, and it makes room to carry forward
     * what has a label in it. It makes none where little else is left: all that is labelled would
     * be carried round and round.
     */
    boolean needsCarrying() {
        boolean more = log.oldestTimestamp() != Long.MAX_VALUE;
        return more
                && budget.evicts()
                && used() > budget.bytes() / 4 * 3
                && log.recordBytes() - index.kept().bytes() > budget.bytes() / CARRIED_FOR;
    }

    /** So many bytes of the log were let go of to make room. */
    void evicted(long bytes) {
        evicted.add(bytes);
    }
}
