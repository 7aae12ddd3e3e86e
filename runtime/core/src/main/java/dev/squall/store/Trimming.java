package dev.squall.store;

import dev.squall.log.Log;
import java.util.Collection;
import java.util.List;

/**
 * Drops the oldest segments of a shard's log: what its pool's retention lets go, what nobody needs
 * any more, and in a pool that evicts what is over its {@link Budget}; never what an open ticket
 * needs, nor what a label keeps.
 *
 * <p>Where the log begins then follows from its records, for as a log grows each reason only gets
 * stronger: so it is the same at all replicas, however much of the past each of them has seen.
 *
 * <p>Belongs to the shard's writer.
 */
final class Trimming {

    private final PoolSpec pool;
    private final Log log;
    private final ShardIndex index;
    private final Tickets tickets;
    private final Room room;
    private final Kept kept;

    Trimming(PoolSpec pool, Log log, ShardIndex index, Tickets tickets, Room room) {
        this.pool = pool;
        this.log = log;
        this.index = index;
        this.tickets = tickets;
        this.room = room;
        this.kept = index.kept();
    }

    /** Drops what may go. */
    void run() {
        boolean exceeded = room.exceeded();
        while ((exceeded || outlived()) && !needed(log.first())) {
            long before = log.bytes();
            index.dropFirst();
            if (exceeded) {
                room.evicted(before - log.bytes());
            }
            exceeded = room.exceeded();
        }
    }

    private boolean needed(long first) {
        return tickets.need(first) || kept.needs(first);
    }

    /**
     * The labelled versions that have to be carried forward before the oldest segment can go; none
     * when it need not go, or cannot yet.
     */
    Collection<Labelled> due() {
        long first = log.first();
        boolean wanted = kept.needs(first) && !tickets.need(first);
        return wanted && (room.needsCarrying() || outlived()) ? kept.in(first) : List.of();
    }

    private boolean outlived() {
        return pool.retention().exceededBy(log) || nothingLiveInFirst();
    }

    /** In a pool that keeps everything nothing goes, or who fills others could not rely on it. */
    private boolean nothingLiveInFirst() {
        return pool.dropsAnything()
                && log.oldestTimestamp() != Long.MAX_VALUE
                && index.nothingKeptInFirst();
    }
}
