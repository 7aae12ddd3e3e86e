package dev.squall.node;

import dev.squall.log.Log;
import dev.squall.order.LongRecord;
import dev.squall.order.Multicast;
import dev.squall.store.Opening;
import dev.squall.table.ShardColumn;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the replicas of a shard come to the same log when a view begins.
 *
 * <p>Some of them hold what the shard has agreed on (see {@code Decision.holders}); the first of
 * these in rank is the <b>source</b>. Each member publishes the newest version that it found in its
 * log. The source answers each with the newest version that both have: what a member has beyond it
 * was never agreed on, and goes (see {@link #excess}). Then the source sends what the shortest
 * lacks, as ordinary ordered messages that carry their old versions; who has them passes over them.
 *
 * <p>Meanwhile the shard goes on: those who hold it take puts at once. The source sends at most
 * {@link #BYTES_PER_SECOND} and leaves half of its ring to puts; a member that is being filled
 * keeps what is new ({@link Backfill}) until it has what is old.
 *
 * <p>A log that retention has shortened begins with what the shard then knew of its producers
 * ({@link Opening}); a member that begins there is told that first.
 *
 * <p>Two logs of a shard differ only at the end: a member takes part in a view only after its log
 * has become a prefix of the source's. So the newest common version is the newest of the source's
 * that is not after the newest of the member's. When retention has dropped from the source's log
 * what would come next, they have nothing in common, and the member begins anew. So it does when
 * retention may have dropped something for the sake of what it must give up.
 *
 * <p>Single-threaded; belongs to the group agent.
 */
final class CatchUp {

    /** What a source sends in the background: 64 MiB/s. */
    static final long BYTES_PER_SECOND = 64 << 20;

    /** What it may send at once after a rest: 1 MiB. */
    private static final long BURST_BYTES = 1 << 20;

    /** {@link #excess}: the log ends where it should. */
    static final long NONE = -1;

    private final Multicast multicast;
    private final int source;
    private final boolean retains;
    private Log log;
    private boolean aligned;
    private long next = -1;
    private boolean sending;
    private long allowed;
    private long allowedAt;
    private @Nullable LongRecord record;
    private @Nullable MemorySegment opening;

    /**
     * @param log this member's
     * @param holders ranks of those whose log is what was agreed on; at least one
     * @param retains whether nothing is ever dropped from a log
     */
    CatchUp(Multicast multicast, Log log, List<Integer> holders, boolean retains) {
        this.multicast = multicast;
        this.retains = retains;
        this.source = holders.getFirst();
        this.aligned = holders.contains(multicast.table().me());
        // The source's goes on growing, and retention goes on dropping: neither counts here.
        this.log = source == multicast.table().me() ? log.snapshot() : log;
        multicast.table().raise(ShardColumn.FOUND, log.lastVersion() + 1);
    }

    /**
     * What this member's log must be cut to before anything more is delivered here.
     *
     * @return the newest version that may stay, or {@link #NONE}
     */
    long excess() {
        var table = multicast.table();
        long common = table.get(source, ShardColumn.common(table.me(), table.rows()));
        return !aligned && common > 0 && common - 1 < log.lastVersion() ? common - 1 : NONE;
    }

    /** The log was cut. */
    void cut(Log shorter) {
        log = shorter;
    }

    /** Whether the log is a part of the source's: what is in it counts. */
    boolean aligned() {
        return aligned;
    }

    /** Takes a step. Returns true once this member has what the source had. */
    boolean step(long now) {
        var table = multicast.table();
        if (source == table.me()) {
            answer();
        }
        if (!aligned) {
            aligned = table.get(source, ShardColumn.common(table.me(), table.rows())) > 0;
        }
        if (!aligned) {
            return false;
        }
        long target = table.get(source, ShardColumn.FOUND);
        table.raise(ShardColumn.CAUGHT, Math.min(log.lastVersion() + 1, target));
        if (next >= 0) {
            send(now);
        }
        return table.mine(ShardColumn.CAUGHT) == target;
    }

    /** Whether this member fills the others and is not done with it. */
    boolean sends() {
        return source == multicast.table().me() && (!sending || next >= 0);
    }

    /** By the source: how far each member may keep its log; once all are known, what they lack. */
    private void answer() {
        var table = multicast.table();
        long shortest = Long.MAX_VALUE;
        for (int r = 0; r < table.rows(); r++) {
            int column = ShardColumn.common(r, table.rows());
            long found = table.get(r, ShardColumn.FOUND);
            if (found > 0 && table.mine(column) == 0) {
                long common = newestNotAfter(found - 1);
                table.raise(column, common == found - 1 || retains ? common + 1 : 1);
            }
            shortest = Math.min(shortest, table.mine(column));
        }
        if (!sending && shortest > 0) {
            sending = true;
            next = shortest - 1 < log.lastVersion() ? firstAfter(shortest - 1) : -1;
            boolean anew = next >= 0 && shortest - 1 < log.before();
            opening = anew ? Opening.record(log, next) : null;
        }
    }

    /** What is still missing, for whoever asks. */
    String reason() {
        return aligned ? "is being filled" : "waits for the member that fills it";
    }

    private long newestNotAfter(long version) {
        if (version >= log.lastVersion()) {
            return log.lastVersion();
        }
        long newest = 0;
        long at = log.settle(log.first());
        while (at >= 0) {
            var memory = memory(at);
            long found = RecordLayout.version(memory, Log.offset(at));
            if (found > version) {
                return newest;
            }
            newest = found;
            at = log.settle(Log.after(at, memory));
        }
        return newest;
    }

    private long firstAfter(long version) {
        long at = log.settle(log.first());
        while (at >= 0) {
            var memory = memory(at);
            if (RecordLayout.version(memory, Log.offset(at)) > version) {
                return at;
            }
            at = log.settle(Log.after(at, memory));
        }
        return -1;
    }

    private MemorySegment memory(long location) {
        var memory = log.memory(location);
        if (memory == null) {
            throw new IllegalStateException("a record left the log while it was sent: " + location);
        }
        log.soundness().demand(memory, location);
        return memory;
    }

    private void send(long now) {
        long earned = (now - allowedAt) * BYTES_PER_SECOND / 1_000_000_000;
        allowed = allowedAt == 0 ? BURST_BYTES : Math.min(allowed + earned, BURST_BYTES);
        allowedAt = now;
        long newest = multicast.table().mine(ShardColumn.FOUND) - 1;
        var first = opening;
        if (first != null) {
            if (!sendOne(first, 0)) {
                return;
            }
            allowed -= RecordLayout.length(first, 0);
            opening = null;
        }
        while (next >= 0 && allowed > 0) {
            var memory = memory(next);
            log.soundness().demandAll(memory, next);
            long at = Log.offset(next);
            if (!sendOne(memory, at)) {
                return;
            }
            allowed -= RecordLayout.length(memory, at);
            boolean last = RecordLayout.version(memory, at) == newest;
            next = last ? -1 : log.settle(Log.after(next, memory));
        }
    }

    private boolean sendOne(MemorySegment source, long from) {
        int length = RecordLayout.length(source, from);
        if (length <= multicast.messageBytesMax()) {
            long at = multicast.reserveSparing(length);
            if (at >= 0) {
                MemorySegment.copy(source, from, multicast.memory(), at, length);
                again(multicast.memory(), at);
                multicast.commit(length);
            }
            return at >= 0;
        }
        var whole = record;
        if (whole == null) {
            whole = new LongRecord(length);
            MemorySegment.copy(source, from, whole.memory(), 0, length);
            again(whole.memory(), 0);
            record = whole;
        }
        boolean through = whole.send(multicast, RecordLayout.timestamp(whole.memory(), 0), true);
        if (through) {
            whole.close();
            record = null;
        }
        return through;
    }

    private static void again(MemorySegment m, long at) {
        RecordLayout.flags(m, at, RecordLayout.flags(m, at) | RecordLayout.FLAG_REPLAY);
    }

    /** The view ends: what was under way goes. */
    void end() {
        if (record != null) {
            record.close();
            record = null;
        }
    }
}
