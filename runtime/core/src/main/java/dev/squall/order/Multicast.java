package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Atomic multicast in one shard and one view, after Derecho (Jha et al., TOCS 2019) with the
 * batching of Spindle (Jha et al., ICDCS 2022).
 *
 * <p><b>Order.</b> With S senders, message number i of the sender whose turn is p has the place
 * {@code i * S + p}: a round robin that needs no message to agree on. A sender with nothing to say
 * when others speak sends a null, so that nobody waits for it. A member that is no sender has no
 * turn and no ring; it receives and delivers as all do.
 *
 * <p><b>Delivery.</b> Each member publishes how far it holds the order without a gap. What every
 * member holds is delivered, here and now, from local knowledge alone: a message that any member
 * delivers is at all of them.
 *
 * <p><b>Batching.</b> Nothing waits for a batch to fill. A turn takes whatever came since the last
 * one, and ends with at most one push of new ring bytes and one of the row to each peer.
 *
 * <p><b>Flow control.</b> A sender reuses ring bytes when every member has consumed them; {@link
 * #reserve} says no until then. Large records go beside the rings, see {@link Pipelines}.
 *
 * <p>Sequence numbers have 64 bits. Single-threaded; time, network and failures come from outside.
 * When the view is about to end, {@link #wedge} stops everything here; {@link #settle} then
 * delivers what the survivors have agreed on, and that was all.
 */
public final class Multicast {

    /** Messages that one turn delivers before other shards have theirs. */
    public static final int DELIVERIES_PER_TURN_MAX = 4096;

    /** Turns that one turn of nulls stands in for. */
    private static final int NULLS_PER_TURN_MAX = 1 << 20;

    private final MulticastLayout layout;
    private final MemorySegment memory;
    private final Table table;
    private final Pipelines pipelines;
    private final @Nullable SendRing ring;
    private final RingCursor[] cursors;
    private final long[] pushedTail;
    private final long[] pushedChanges;
    private final int members;
    private final int senders;
    private final int[] rankOf;
    private final int turn;
    private final int me;
    private final DeliverySink sink;
    private long delivered;
    private boolean whole;
    private boolean wedged;

    /**
     * @param layout the shard's members and ring size
     * @param memory zeroed memory of {@link MulticastLayout#bytes}, registered by the caller
     * @param me this member's rank in the shard
     * @param sink takes what is delivered
     */
    public Multicast(MulticastLayout layout, MemorySegment memory, int me, DeliverySink sink) {
        this(layout, memory, me, sink, PipelineLimits.NONE, Pipelines.Areas.NONE);
    }

    /**
     * As above, with large records as blocks.
     *
     * @param limits which records go so
     * @param areas makes the memory that they need
     */
    public Multicast(
            MulticastLayout layout,
            MemorySegment memory,
            int me,
            DeliverySink sink,
            PipelineLimits limits,
            Pipelines.Areas areas) {
        this.layout = layout;
        this.memory = memory;
        this.members = layout.members();
        this.senders = layout.senders().size();
        this.rankOf = layout.senders().stream().mapToInt(Integer::intValue).toArray();
        this.turn = layout.senders().indexOf(me);
        this.me = me;
        this.sink = sink;
        this.table = Table.ofRows(memory, 0, members, ShardColumn.count(members), me);
        this.pipelines = new Pipelines(limits, table, areas);
        this.ring = turn < 0 ? null : new SendRing(memory, layout.ringAt(turn), layout.ringBytes());
        this.cursors = new RingCursor[senders];
        for (int t = 0; t < senders; t++) {
            cursors[t] = new RingCursor(memory, layout.ringAt(t), layout.ringBytes());
        }
        this.pushedTail = new long[members];
        this.pushedChanges = new long[members];
    }

    /** The memory in which {@link #reserve} makes room. */
    public MemorySegment memory() {
        return memory;
    }

    public Table table() {
        return table;
    }

    /** Large records. */
    public Pipelines pipelines() {
        return pipelines;
    }

    /** Whether this member sends. */
    public boolean sends() {
        return turn >= 0;
    }

    /** Messages delivered here: the next one's place in the order. */
    public long delivered() {
        return delivered;
    }

    /** Messages that this member has sent, nulls included. */
    public long sent() {
        return table.mine(ShardColumn.SENT);
    }

    /** The place in the order of the message that the next {@link #commit} sends. */
    public long nextSequence() {
        return sent() * senders + turn;
    }

    public boolean wedged() {
        return wedged;
    }

    /** The place in the order behind everything that the senders are known to have sent. */
    public long sentByAll() {
        long behind = 0;
        for (int t = 0; t < senders; t++) {
            long count = table.get(rankOf[t], ShardColumn.SENT);
            if (count > 0) {
                behind = Math.max(behind, (count - 1) * senders + t + 1);
            }
        }
        return behind;
    }

    /** Stops here, for good: nothing is sent, taken in or delivered, but for {@link #settle}. */
    public void wedge() {
        wedged = true;
    }

    /** Messages of the total order that this member holds without a gap. */
    public long received() {
        return table.mine(ShardColumn.RECEIVED);
    }

    /**
     * Whether {@link #receive} saw all of what the members had published by then. If not, what they
     * have promised since must wait.
     */
    public boolean whole() {
        return whole;
    }

    /** The longest message. */
    public int messageBytesMax() {
        return layout.messageBytesMax();
    }

    /**
     * Makes room for a message, to be written and then committed.
     *
     * @return where it begins in {@link #memory}, or -1 when the ring is full: try next turn
     */
    public long reserve(int length) {
        Check.that(length <= messageBytesMax(), "a message longer than the ring allows", length);
        return wedged ? -1 : ring().reserve(length);
    }

    /**
     * As {@link #reserve}, but leaves half of the ring to others: for what is sent in the
     * background.
     */
    public long reserveSparing(int length) {
        Check.that(length <= messageBytesMax(), "a message longer than the ring allows", length);
        return wedged ? -1 : ring().reserve(length, layout.ringBytes() / 2);
    }

    /** Sends the message that was reserved last. */
    public void commit(int length) {
        ring().commit(length);
        table.raise(ShardColumn.SENT, sent() + 1);
    }

    /** Where the own ring's next message begins. */
    long tail() {
        return ring().tail();
    }

    private SendRing ring() {
        if (ring == null) {
            throw new IllegalStateException("the member of rank " + me + " does not send");
        }
        return ring;
    }

    /** Takes notice of what came: raises the own frontier and fills the round robin with nulls. */
    public int receive() {
        whole = table.look();
        if (wedged) {
            return 0;
        }
        int work = pipelines.receive();
        long owed = 0;
        for (int t = 0; t < senders; t++) {
            long count = table.get(rankOf[t], ShardColumn.SENT);
            long here = Math.min(count, pipelines.heldBack(rankOf[t]));
            if (here > table.mine(ShardColumn.received(rankOf[t]))) {
                table.raise(ShardColumn.received(rankOf[t]), here);
                work++;
            }
            owed = Math.max(owed, t > turn ? count : count - 1);
        }
        if (ring != null && fill(ring, owed)) {
            work++;
        }
        long least = Long.MAX_VALUE;
        int first = 0;
        for (int t = 0; t < senders; t++) {
            long count = table.mine(ShardColumn.received(rankOf[t]));
            if (count < least) {
                least = count;
                first = t;
            }
        }
        table.raise(ShardColumn.RECEIVED, least * senders + first);
        return work;
    }

    /** Sends nulls for the turns that this member owes the others. */
    private boolean fill(SendRing own, long owed) {
        long mine = sent();
        int nulls = (int) Math.min(owed - mine, NULLS_PER_TURN_MAX);
        if (owed > mine && own.nulls(nulls, furthestPushed(own))) {
            table.raise(ShardColumn.SENT, mine + nulls);
            table.raise(ShardColumn.received(me), mine + nulls);
            return true;
        }
        return false;
    }

    private long furthestPushed(SendRing own) {
        long max = members == 1 ? own.tail() : 0;
        for (int r = 0; r < members; r++) {
            max = r == me ? max : Math.max(max, pushedTail[r]);
        }
        return max;
    }

    /** Delivers, in order, what every member holds. Returns how many messages. */
    public int deliver() {
        if (wedged) {
            return 0;
        }
        long stable = table.min(ShardColumn.RECEIVED);
        int count = deliverUpTo(Math.min(stable, delivered + DELIVERIES_PER_TURN_MAX));
        if (count > 0) {
            table.raise(ShardColumn.DELIVERED, delivered);
            for (int t = 0; t < senders; t++) {
                table.raise(ShardColumn.consumed(rankOf[t], members), cursors[t].consumed());
            }
        }
        if (ring != null) {
            long consumed = table.min(ShardColumn.consumed(me, members));
            ring.consumed(consumed);
            pipelines.consumed(consumed);
        }
        return count;
    }

    /**
     * A time that nothing is later than which may still be delivered here: times do not fall along
     * a shard's log, and differ at least by one along a key.
     *
     * @param newest the time of the newest that was delivered
     */
    public long latest(long newest) {
        long[] latest = {newest};
        long left = 0;
        for (int s = 0; s < senders; s++) {
            long received = table.mine(ShardColumn.received(rankOf[s]));
            left += received - cursors[s].turns();
            cursors[s].look(
                    received,
                    (m, at) -> latest[0] = Math.max(latest[0], RecordLayout.timestamp(m, at)));
        }
        return latest[0] + left;
    }

    /** Whether anything that may still be delivered here may begin a batch over several shards. */
    public boolean opens() {
        boolean[] opens = {false};
        for (int s = 0; s < senders; s++) {
            long received = table.mine(ShardColumn.received(rankOf[s]));
            boolean told = cursors[s].look(received, (m, at) -> opens[0] |= opens(m, at));
            opens[0] |= !told;
        }
        return opens[0];
    }

    /** A fragment does not say of what, nor does what names a record in blocks. */
    private static boolean opens(MemorySegment m, long at) {
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_PREPARE, RecordLayout.KIND_FRAGMENT, RecordLayout.KIND_BLOCKS ->
                    true;
            case RecordLayout.KIND_BATCH -> BatchLayout.role(m, at) != BatchLayout.ROLE_PLAIN;
            default -> false;
        };
    }

    private int deliverUpTo(long upTo) {
        int count = 0;
        while (delivered < upTo) {
            int sender = (int) (delivered % senders);
            var cursor = cursors[sender];
            long at = cursor.next();
            if (at >= 0) {
                sink.deliver(delivered, rankOf[sender], memory, at);
                cursor.release(at);
            }
            delivered++;
            count++;
        }
        return count;
    }

    /**
     * Delivers, after {@link #wedge}, what all survivors of the view hold: the ragged trim. Returns
     * how many messages that were.
     *
     * @param trim the place in the order before which everything is delivered, at all of them
     */
    public int settle(long trim) {
        Check.that(wedged, "a shard settles before it has stopped");
        Check.that(trim >= delivered, "the trim is before what was delivered", trim);
        Check.that(trim <= received(), "the trim is beyond what was received", trim);
        return deliverUpTo(trim);
    }

    /**
     * Pushes to one peer what it has not been sent: first the bytes, then the row that guards them,
     * and at last what is left of the way to blocks.
     *
     * @param peer the peer's node id
     * @param rank its rank in the shard
     * @param region the number under which the shard's memory is registered
     * @return whether the peer has been sent every message
     */
    public boolean push(Fabric fabric, int peer, int rank, int region) {
        if (wedged) {
            return true;
        }
        boolean all = pushMessages(fabric, peer, rank, region);
        pipelines.push(fabric, peer, rank);
        return all;
    }

    private boolean pushMessages(Fabric fabric, int peer, int rank, int region) {
        if (pushedChanges[rank] == table.changes()) {
            return true; // new bytes in the ring change the row too
        }
        if (ring != null && pushedTail[rank] < ring.tail()) {
            pushedTail[rank] = ring.push(fabric, peer, region, pushedTail[rank]);
        }
        boolean guarded = ring == null || pushedTail[rank] == ring.tail();
        guarded &= pipelines.guarded(fabric, peer, rank);
        if (!guarded || !table.push(fabric, peer, region)) {
            return false;
        }
        pushedChanges[rank] = table.changes();
        return true;
    }
}
