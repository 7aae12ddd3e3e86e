package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.memory.Align;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The registered memory of one shard in one view, the same at every member:
 *
 * <pre>
 *   0          rows of the shard's table
 *   ringsAt    ring of the first sender | ring of the second | ...
 * </pre>
 *
 * @param members how many members
 * @param senders the ranks of those that send, ascending; at least one
 * @param ringBytes the size of a ring, a power of two
 */
public record MulticastLayout(int members, List<Integer> senders, int ringBytes) {

    /** The most members of a shard. */
    public static final int MEMBERS_MAX = 64;

    /** A ring's size unless configured: 2 MiB. */
    public static final int RING_BYTES_DEFAULT = 2 << 20;

    /** The smallest ring: 64 KiB. */
    public static final int RING_BYTES_MIN = 64 << 10;

    private static final int PAGE_BYTES = 4096;

    public MulticastLayout {
        senders = List.copyOf(senders);
        Check.that(members >= 1 && members <= MEMBERS_MAX, "members of a shard", members);
        Check.that(!senders.isEmpty(), "a shard in which nobody sends");
        Check.that(senders.getFirst() >= 0, "a sender's rank", senders.getFirst());
        Check.that(senders.getLast() < members, "a sender's rank", senders.getLast());
        for (int i = 1; i < senders.size(); i++) {
            Check.that(senders.get(i - 1) < senders.get(i), "senders not ascending", i);
        }
        Check.that(
                ringBytes >= RING_BYTES_MIN && Integer.bitCount(ringBytes) == 1,
                "ring bytes: a power of two from 65536 on",
                ringBytes);
    }

    /** All members send. */
    public MulticastLayout(int members, int ringBytes) {
        this(members, IntStream.range(0, members).boxed().toList(), ringBytes);
    }

    long ringsAt() {
        return Align.up(members * Table.rowBytes(ShardColumn.count(members)), PAGE_BYTES);
    }

    /** Where the ring of the sender with this turn in the round robin begins. */
    long ringAt(int turn) {
        return ringsAt() + (long) turn * ringBytes;
    }

    /** The bytes to register. */
    public long bytes() {
        return ringAt(senders.size());
    }

    /**
     * The longest message: a quarter of the ring, so that one can be written while another travels
     * and a third is consumed.
     */
    public int messageBytesMax() {
        return ringBytes / 4;
    }
}
