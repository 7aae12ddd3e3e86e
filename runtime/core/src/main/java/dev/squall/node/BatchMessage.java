package dev.squall.node;

import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several objects as one record, or word of a ticket (see {@link BatchLayout}). */
final class BatchMessage implements Message {

    private final int kind;
    private final Ticket ticket;
    private final int role;
    private final long time;
    private final int spread;
    private final List<PutMessage> parts = new ArrayList<>();
    private final List<String> keys;
    private final @Nullable Producer producer;
    private final byte[] by;
    private final String trace;
    private final int length;

    private BatchMessage(
            int kind,
            Ticket ticket,
            int role,
            long time,
            int spread,
            List<Batch.Part> changes,
            @Nullable Producer producer,
            String trace) {
        this.kind = kind;
        this.ticket = ticket;
        this.role = role;
        this.time = time;
        this.spread = spread;
        this.keys = changes.stream().map(Batch.Part::key).toList();
        this.producer = producer;
        this.by = PutMessage.bytes(producer);
        this.trace = trace;
        long at = BatchLayout.partsAt(by.length, ticket.shards().size());
        for (var change : changes) {
            var part = PutMessage.part(change, trace, (int) at);
            parts.add(part);
            at += BatchLayout.footprint(part.length());
        }
        this.length = (int) at;
    }

    /** A batch that lies in one shard. */
    BatchMessage(List<Batch.Part> changes, @Nullable Producer producer, String trace) {
        this(
                RecordLayout.KIND_BATCH,
                Ticket.NONE,
                BatchLayout.ROLE_PLAIN,
                0,
                0,
                changes,
                producer,
                trace);
    }

    /**
     * What of a ticket lies in its home: where this gets into the order, the ticket commits.
     *
     * @param prepared when the first of its shares was
     * @param time when the last of its shares was: it commits no earlier
     */
    static BatchMessage home(
            Ticket ticket, long prepared, long time, List<Batch.Part> changes, Batch batch) {
        return new BatchMessage(
                RecordLayout.KIND_BATCH,
                ticket,
                BatchLayout.ROLE_HOME,
                time,
                (int) (time - prepared),
                changes,
                batch.producer(),
                batch.trace());
    }

    /** What of a ticket lies in another shard. */
    static BatchMessage share(Ticket ticket, List<Batch.Part> changes, Batch batch) {
        return new BatchMessage(
                RecordLayout.KIND_PREPARE,
                ticket,
                BatchLayout.ROLE_SHARE,
                0,
                0,
                changes,
                batch.producer(),
                batch.trace());
    }

    /**
     * Says something of a ticket.
     *
     * @param role what
     * @param time of a ticket that is committed its time; of one to be given up, when a share of it
     *     was prepared; else 0
     */
    static BatchMessage word(Ticket ticket, int role, long time) {
        return new BatchMessage(
                RecordLayout.KIND_TICKET, ticket, role, time, 0, List.of(), null, "");
    }

    /** Asks the home of a batch what became of an earlier one of the same producer's number. */
    static BatchMessage ask(Ticket ticket, Producer producer) {
        return new BatchMessage(
                RecordLayout.KIND_TICKET,
                ticket,
                BatchLayout.ROLE_ASK,
                0,
                0,
                List.of(),
                producer,
                "");
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public List<String> keys() {
        return keys;
    }

    @Override
    public String by() {
        return producer == null ? "" : producer.id();
    }

    @Override
    public boolean bound() {
        return role != BatchLayout.ROLE_PLAIN;
    }

    @Override
    public void write(MemorySegment m, long at, long stamp) {
        int payload = length - RecordLayout.HEADER_BYTES - by.length;
        RecordLayout.writeHeader(m, at, kind, 0, by.length, payload);
        MemorySegment.copy(
                MemorySegment.ofArray(by), 0, m, at + RecordLayout.HEADER_BYTES, by.length);
        BatchLayout.writeBlock(
                m,
                at,
                parts.size(),
                role,
                ticket.born(),
                ticket.node(),
                ticket.serial(),
                time,
                ticket.shards().stream().mapToInt(Integer::intValue).toArray());
        BatchLayout.writeSpread(m, at, spread);
        for (var part : parts) {
            long place = at + part.place();
            part.write(m, place, stamp);
            long end = place + part.length();
            m.asSlice(end, place + BatchLayout.footprint(part.length()) - end).fill((byte) 0);
        }
        PutMessage.ask(m, at, RecordLayout.ANY, producer, trace);
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.seal(m, at);
    }
}
