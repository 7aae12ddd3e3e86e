package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import java.lang.foreign.MemorySegment;

/**
 * Atomic multicast in one shard and one view, after Derecho (Jha et al., TOCS 2019) with the
 * batching of Spindle (Jha et al., ICDCS 2022).
 *
 * <p><b>Order.</b> With S senders, message number i of the sender of rank p has the place {@code i
 * * S + p}: a round robin that needs no message to agree on. A sender with nothing to say when
 * others speak sends a null, so that nobody waits for it.
 *
 * <p><b>Delivery.</b> Each member publishes how far it holds the order without a gap. What every
 * member holds is delivered, here and now, from local knowledge alone: a message that any member
 * delivers is at all of them.
 *
 * <p><b>Batching.</b> Nothing waits for a batch to fill. A turn takes whatever came since the last
 * one, and ends with at most one push of new ring bytes and one of the row to each peer.
 *
 * <p><b>Flow control.</b> A sender reuses ring bytes when every member has consumed them; {@link
 * #reserve} says no until then.
 *
 * <p>Sequence numbers have 64 bits. Single-threaded; time, network and failures come from outside.
 * When a member is lost, {@link #wedge} ends the view here: nothing more is taken in or delivered,
 * only what the peers have not been sent yet still goes out.
 */
public final class Multicast {

    /** Messages that one turn delivers before other shards have theirs. */
    public static final int DELIVERIES_PER_TURN_MAX = 4096;

    private final MulticastLayout layout;
    private final MemorySegment memory;
    private final Table table;
    private final SendRing ring;
    private final RingCursor[] cursors;
    private final long[] pushedTail;
    private final long[] pushedChanges;
    private final long[] pushedSent;
    private final int senders;
    private final int me;
    private final DeliverySink sink;
    private long delivered;
    private boolean wedged;

    /**
     * @param layout the shard's members and ring size
     * @param memory zeroed memory of {@link MulticastLayout#bytes}, registered by the caller
     * @param me this member's rank in the shard
     * @param sink takes what is delivered
     */
    public Multicast(MulticastLayout layout, MemorySegment memory, int me, DeliverySink sink) {
        this.layout = layout;
        this.memory = memory;
        this.senders = layout.members();
        this.me = me;
        this.sink = sink;
        this.table = new Table(memory, 0, senders, ShardColumn.count(senders), me);
        this.ring = new SendRing(memory, layout.ringAt(me), layout.ringBytes());
        this.cursors = new RingCursor[senders];
        for (int s = 0; s < senders; s++) {
            cursors[s] = new RingCursor(memory, layout.ringAt(s), layout.ringBytes());
        }
        this.pushedTail = new long[senders];
        this.pushedChanges = new long[senders];
        this.pushedSent = new long[senders];
    }

    /** The memory in which {@link #reserve} makes room. */
    public MemorySegment memory() {
        return memory;
    }

    public Table table() {
        return table;
    }

    public int senders() {
        return senders;
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
        return sent() * senders + me;
    }

    public boolean wedged() {
        return wedged;
    }

    /** Ends the view here, for good; the others are told. */
    public void wedge() {
        wedged = true;
        table.raise(ShardColumn.STOPPED, 1);
    }

    /** The rank of a member that has ended the view, or -1. */
    public int wedgedBy() {
        for (int r = 0; r < senders; r++) {
            if (table.get(r, ShardColumn.STOPPED) != 0) {
                return r;
            }
        }
        return -1;
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
        return wedged ? -1 : ring.reserve(length);
    }

    /** Sends the message that was reserved last. */
    public void commit(int length) {
        ring.commit(length);
        table.raise(ShardColumn.SENT, sent() + 1);
    }

    /** Takes notice of what came: raises the own frontier and fills the round robin with nulls. */
    public int receive() {
        if (wedged) {
            return 0;
        }
        int work = 0;
        long least = Long.MAX_VALUE;
        int first = 0;
        long owed = 0;
        for (int s = 0; s < senders; s++) {
            long count = table.get(s, ShardColumn.SENT);
            if (count > table.mine(ShardColumn.received(s))) {
                table.raise(ShardColumn.received(s), count);
                work++;
            }
            owed = Math.max(owed, s > me ? count : count - 1);
        }
        long mine = sent();
        if (owed > mine && ring.nulls((int) Math.min(owed - mine, 1 << 20), furthestPushed())) {
            mine += Math.min(owed - mine, 1 << 20);
            table.raise(ShardColumn.SENT, mine);
            table.raise(ShardColumn.received(me), mine);
            work++;
        }
        for (int s = 0; s < senders; s++) {
            long count = table.mine(ShardColumn.received(s));
            if (count < least) {
                least = count;
                first = s;
            }
        }
        table.raise(ShardColumn.RECEIVED, least * senders + first);
        return work;
    }

    private long furthestPushed() {
        long max = senders == 1 ? ring.tail() : 0;
        for (int r = 0; r < senders; r++) {
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
        long upTo = Math.min(stable, delivered + DELIVERIES_PER_TURN_MAX);
        int count = 0;
        while (delivered < upTo && !wedged) {
            int sender = (int) (delivered % senders);
            var cursor = cursors[sender];
            long at = cursor.next();
            if (at >= 0) {
                sink.deliver(delivered, sender, memory, at);
                cursor.release(at);
            }
            delivered++;
            count++;
        }
        if (count > 0) {
            table.raise(ShardColumn.DELIVERED, delivered);
            for (int s = 0; s < senders; s++) {
                table.raise(ShardColumn.consumed(s, senders), cursors[s].consumed());
            }
        }
        ring.consumed(table.min(ShardColumn.consumed(me, senders)));
        return count;
    }

    /**
     * Pushes to one peer what it has not been sent: first the bytes, then the row that guards them.
     *
     * @param peer the peer's node id
     * @param rank its rank in the shard
     * @param region the number under which the shard's memory is registered
     * @return whether the peer has been sent everything
     */
    public boolean push(Fabric fabric, int peer, int rank, int region) {
        if (pushedChanges[rank] == table.changes()) {
            return true; // new bytes in the ring change the row too
        }
        if (wedged) {
            return pushWedged(fabric, peer, rank, region);
        }
        if (pushedTail[rank] < ring.tail()) {
            pushedTail[rank] = ring.push(fabric, peer, region, pushedTail[rank]);
        }
        boolean guarded = pushedTail[rank] == ring.tail();
        if (!guarded || !table.push(fabric, peer, region)) {
            return false;
        }
        pushedChanges[rank] = table.changes();
        return true;
    }

    /** Nothing but the word that it is over: the row's counts are no longer guarded. */
    private boolean pushWedged(Fabric fabric, int peer, int rank, int region) {
        boolean done =
                table.push(fabric, peer, region, ShardColumn.STOPPED, ShardColumn.STOPPED + 1);
        if (done) {
            pushedChanges[rank] = table.changes();
            pushedSent[rank] = sent();
        }
        return done;
    }

    /** Whether every peer has been pushed this member's messages up to a number of them. */
    public boolean pushed(long count) {
        for (int r = 0; r < senders; r++) {
            if (r != me && pushedSent[r] < count) {
                return false;
            }
        }
        return true;
    }
}
