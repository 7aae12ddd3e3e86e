package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.memory.Align;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;

/**
 * The registered memory of one shard in one view, the same at every member:
 *
 * <pre>
 *   0          rows of the shard's table
 *   ringsAt    ring of sender 0 | ring of sender 1 | ...
 * </pre>
 *
 * @param members how many members, all of which may send
 * @param ringBytes the size of a ring, a power of two
 */
public record MulticastLayout(int members, int ringBytes) {

    /** The most members of a shard. */
    public static final int MEMBERS_MAX = 64;

    /** A ring's size unless configured: 2 MiB. */
    public static final int RING_BYTES_DEFAULT = 2 << 20;

    /** The smallest ring: 64 KiB. */
    public static final int RING_BYTES_MIN = 64 << 10;

    private static final int PAGE_BYTES = 4096;

    public MulticastLayout {
        Check.that(members >= 1 && members <= MEMBERS_MAX, "members of a shard", members);
        Check.that(
                ringBytes >= RING_BYTES_MIN && Integer.bitCount(ringBytes) == 1,
                "ring bytes: a power of two from 65536 on",
                ringBytes);
    }

    long ringsAt() {
        return Align.up(members * Table.rowBytes(ShardColumn.count(members)), PAGE_BYTES);
    }

    long ringAt(int sender) {
        return ringsAt() + (long) sender * ringBytes;
    }

    /** The bytes to register. */
    public long bytes() {
        return ringAt(members);
    }

    /**
     * The longest message: a quarter of the ring, so that one can be written while another travels
     * and a third is consumed.
     */
    public int messageBytesMax() {
        return ringBytes / 4;
    }
}
