package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a shard answers to a ticket's records, from its log alone. The order of the home decides:
 * whichever comes first there, the batch or word to give it up. Each shard answers the same however
 * often, and whoever, asks; and an answer on which somebody will act carries a version, so that it
 * is waited for until every disk has that.
 */
final class TicketRules {

    private final Tickets tickets;
    private final ProducerTable producers;
    private final Log log;
    private final ShardIndex index;

    TicketRules(Tickets tickets, ProducerTable producers, Log log, ShardIndex index) {
        this.tickets = tickets;
        this.producers = producers;
        this.log = log;
        this.index = index;
    }

    /** Whose number a record of the log uses up; empty = nobody's, or not yet. */
    static String producer(MemorySegment m, long at) {
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_PREPARE, RecordLayout.KIND_TICKET, RecordLayout.KIND_KEPT -> "";
            default -> RecordLayout.producer(m, at);
        };
    }

    /** What is known of a producer's number, or null when it is nobody's or new. */
    @Nullable Outcome known(MemorySegment m, long at) {
        var producer = RecordLayout.producer(m, at);
        return producer.isEmpty()
                ? null
                : producers.known(
                        producer, RecordLayout.incarnation(m, at), RecordLayout.sequence(m, at));
    }

    /** The answer when what is said of a ticket changes nothing; null when it does. */
    @Nullable Outcome said(MemorySegment m, long at) {
        if (BatchLayout.role(m, at) == BatchLayout.ROLE_ASK) {
            var known = known(m, at);
            return known == null ? new Outcome.Absent() : known;
        }
        var id = Tickets.Id.of(m, at);
        var open = tickets.find(id);
        boolean home = open != null && open.home();
        // It was done before: whoever hears so waits for the disks to have all up to now.
        var ended = new Outcome.Repeated(log.lastVersion(), BatchLayout.time(m, at));
        return switch (BatchLayout.role(m, at)) {
            case BatchLayout.ROLE_GIVE_UP -> givenUp(id, open);
            case BatchLayout.ROLE_COMMIT, BatchLayout.ROLE_RELEASE ->
                    open == null || home ? ended : null;
            case BatchLayout.ROLE_DONE -> home ? null : ended;
            default -> new Outcome.Absent(); // nobody of ours says such a thing
        };
    }

    private @Nullable Outcome givenUp(Tickets.Id id, Tickets.@Nullable Open open) {
        if (open != null && open.home()) {
            return new Outcome.Stored(open.version(), open.time());
        }
        var bar = tickets.bar(id);
        return bar == null ? null : new Outcome.Aborted(bar.version());
    }

    /**
     * The answer to a ticket that may not come in: it was given up, or may have been, for that is
     * forgotten after {@link Tickets#LIFE_MICROS}; or too many are open.
     *
     * @param stamp the time at which it comes
     */
    @Nullable Outcome refused(MemorySegment m, long at, long stamp) {
        boolean home = BatchLayout.role(m, at) == BatchLayout.ROLE_HOME;
        if (home) {
            var bar = tickets.bar(Tickets.Id.of(m, at));
            long prepared = BatchLayout.time(m, at) - BatchLayout.spread(m, at);
            if (bar != null || stamp - prepared > Tickets.LIFE_MICROS) {
                return new Outcome.Aborted(bar == null ? 0 : bar.version());
            }
        }
        boolean opens = home || RecordLayout.kind(m, at) == RecordLayout.KIND_PREPARE;
        return opens && tickets.count() >= Tickets.OPEN_MAX
                ? new Outcome.Crowded(tickets.count())
                : null;
    }

    /** The time before which the record of a ticket must not stand. */
    static long notBefore(MemorySegment m, long at) {
        int role = BatchLayout.role(m, at);
        return role == BatchLayout.ROLE_HOME || role == BatchLayout.ROLE_COMMIT
                ? BatchLayout.time(m, at)
                : 0;
    }

    /**
     * Takes into the log what is said of a ticket: a commit as the batch that its share becomes.
     */
    long enter(MemorySegment m, long at, long version, long stamp) {
        long time = Math.max(stamp, notBefore(m, at));
        if (BatchLayout.role(m, at) != BatchLayout.ROLE_COMMIT) {
            return index.appendBatch(m, at, version, time);
        }
        var open = tickets.find(Tickets.Id.of(m, at));
        var share = open == null ? null : log.memory(open.location());
        if (open == null || share == null) {
            throw new IllegalStateException("the log dropped the share of a ticket: " + open);
        }
        log.soundness().demandAll(share, open.location());
        var whole = committed(share, Log.offset(open.location()), m, at);
        return index.appendBatch(whole, 0, version, time);
    }

    /** The answer to what has changed something. */
    Outcome done(MemorySegment m, long at, Outcome.Stored stored) {
        return BatchLayout.role(m, at) == BatchLayout.ROLE_GIVE_UP
                ? new Outcome.Aborted(stored.version())
                : stored;
    }

    /** A share that was prepared, as the batch that it becomes. */
    private static MemorySegment committed(
            MemorySegment share, long from, MemorySegment word, long at) {
        int length = RecordLayout.length(share, from);
        var whole = MemorySegment.ofArray(new long[(length + 7) / 8]);
        MemorySegment.copy(share, from, whole, 0, length);
        RecordLayout.kind(whole, 0, RecordLayout.KIND_BATCH);
        BatchLayout.time(whole, 0, BatchLayout.time(word, at));
        return whole;
    }
}
