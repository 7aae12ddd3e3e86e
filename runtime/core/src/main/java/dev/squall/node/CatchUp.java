package dev.squall.node;

import dev.squall.log.Log;
import dev.squall.order.LongRecord;
import dev.squall.order.Multicast;
import dev.squall.table.ShardColumn;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How the replicas of a shard come to the same log when a view begins after a restart.
 *
 * <p>All logs are prefixes of one sequence, for they were delivered in one order. Each replica
 * publishes the newest version it recovered. The one with the longest log, the first in rank if
 * several, sends the others what the shortest lacks, as ordinary ordered messages that carry their
 * old versions; who has them passes over them. When all have published the longest log's version,
 * the shard takes puts.
 *
 * <p>Retention may have dropped from the longest log what comes directly after the shortest one.
 * Then its oldest record says so ({@link RecordLayout#FLAG_BEGINS}), and who is that short begins
 * anew with it, for a log with a gap would answer differently from the others.
 *
 * <p>So nothing that any replica had on disk is lost, whatever level it had been acknowledged at.
 * Single-threaded; belongs to the group agent.
 */
final class CatchUp {

    private final Multicast multicast;
    private final Log log;
    private long target = -1;
    private long next = -1;
    private @Nullable LongRecord record;

    CatchUp(Multicast multicast, Log log) {
        this.multicast = multicast;
        this.log = log;
    }

    /** Takes a step. Returns true once every replica has the longest log. */
    boolean step() {
        var table = multicast.table();
        table.raise(ShardColumn.RECOVERED, log.lastVersion() + 1);
        long shortest = table.min(ShardColumn.RECOVERED);
        if (shortest == 0) {
            return false; // somebody is still recovering
        }
        if (target < 0) {
            target = table.max(ShardColumn.RECOVERED);
            if (holdsLongest()) {
                next = firstAfter(shortest - 1);
            }
        }
        if (next >= 0) {
            send();
        }
        return shortest >= target;
    }

    /** What is still missing, for whoever asks. */
    String reason() {
        return "waits until all its replicas have recovered";
    }

    private boolean holdsLongest() {
        var table = multicast.table();
        for (int r = 0; r < table.rows(); r++) {
            if (table.get(r, ShardColumn.RECOVERED) == target) {
                return r == table.me();
            }
        }
        return false;
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
        return memory;
    }

    private void send() {
        while (next >= 0) {
            var memory = memory(next);
            if (!sendOne(memory, Log.offset(next))) {
                return;
            }
            next = log.settle(Log.after(next, memory));
        }
    }

    private int flags() {
        boolean begins = next == log.settle(log.first());
        return RecordLayout.FLAG_REPLAY | (begins ? RecordLayout.FLAG_BEGINS : 0);
    }

    private boolean sendOne(MemorySegment source, long from) {
        int length = RecordLayout.length(source, from);
        if (length <= multicast.messageBytesMax()) {
            long at = multicast.reserve(length);
            if (at >= 0) {
                MemorySegment.copy(source, from, multicast.memory(), at, length);
                RecordLayout.flags(multicast.memory(), at, flags());
                multicast.commit(length);
            }
            return at >= 0;
        }
        var whole = record;
        if (whole == null) {
            whole = new LongRecord(length);
            MemorySegment.copy(source, from, whole.memory(), 0, length);
            RecordLayout.flags(whole.memory(), 0, flags());
            record = whole;
        }
        boolean through = whole.send(multicast, RecordLayout.timestamp(whole.memory(), 0));
        if (through) {
            whole.close();
            record = null;
        }
        return through;
    }
}
