package dev.squall.order;

import dev.squall.fabric.Fabric;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One member's memory for the large records of one sender: blocks, and the words that guard them.
 * Every member of the shard has such memory, of the same layout, and registers it with its fabric.
 *
 * <pre>
 *      0  256 flags        i64   which transfer's block stands there, 0 = none; written after it
 *   2048   64 seen         i64   blocks that came from the member of this rank
 *   2560   64 acknowledged i64   blocks that the member of this rank has seen of this one
 *   3072   16 descriptors  4 x i64: first block, length in bytes, turn of the ordered message, 0
 *   4096  256 blocks
 * </pre>
 *
 * A write of a block is followed by one of its flag, so that who sees the flag sees the block. The
 * descriptors are written by the sender alone, and guarded by counters in its row of the table.
 */
final class BlockArea {

    /** Blocks of an area; the n-th block of a sender lies at n modulo this. */
    static final int BLOCKS = 256;

    /** Records of a sender that may be under way at a time. */
    static final int TRANSFERS_MAX = 16;

    private static final int WORD_BYTES = 8;
    private static final long SEEN_AT = (long) BLOCKS * WORD_BYTES;
    private static final long ACKNOWLEDGED_AT =
            SEEN_AT + (long) MulticastLayout.MEMBERS_MAX * WORD_BYTES;
    private static final long DESCRIPTORS_AT =
            ACKNOWLEDGED_AT + (long) MulticastLayout.MEMBERS_MAX * WORD_BYTES;
    private static final int DESCRIPTOR_BYTES = 32;
    private static final int TURN = 16;
    private static final long BLOCKS_AT = 4096;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory;
    private final int region;
    private final int blockBytes;

    /**
     * @param memory zeroed memory of {@link #bytes}, registered by the caller
     * @param region the number under which every member has registered its own
     */
    BlockArea(MemorySegment memory, int region, int blockBytes) {
        this.memory = memory;
        this.region = region;
        this.blockBytes = blockBytes;
    }

    /** The bytes to register. */
    static long bytes(int blockBytes) {
        return BLOCKS_AT + (long) BLOCKS * blockBytes;
    }

    MemorySegment memory() {
        return memory;
    }

    /** How many blocks a record needs. */
    int blocks(long length) {
        return (int) Math.ceilDiv(RecordLayout.footprint(length), (long) blockBytes);
    }

    /** Where a block lies, by its number since the area was made. */
    long placeOf(long block) {
        return BLOCKS_AT + block % BLOCKS * blockBytes;
    }

    private static long flagOf(long block) {
        return block % BLOCKS * WORD_BYTES;
    }

    private static long descriptorOf(long transfer) {
        return DESCRIPTORS_AT + transfer % TRANSFERS_MAX * DESCRIPTOR_BYTES;
    }

    private long word(long at) {
        return (long) WORD.getAcquire(memory, at);
    }

    private void word(long at, long value) {
        WORD.setRelease(memory, at, value);
    }

    /** Whether a block of a transfer is here. */
    boolean has(long block, long transfer) {
        return word(flagOf(block)) == transfer;
    }

    /** The sender has written a block of a transfer itself. */
    void flag(long block, long transfer) {
        word(flagOf(block), transfer);
    }

    /** One more block has come from a member. */
    void saw(int rank) {
        long at = SEEN_AT + (long) rank * WORD_BYTES;
        word(at, word(at) + 1);
    }

    /** Blocks that have come from a member. */
    long seen(int rank) {
        return word(SEEN_AT + (long) rank * WORD_BYTES);
    }

    /** Blocks that a member has seen of this one. */
    long acknowledged(int rank) {
        return word(ACKNOWLEDGED_AT + (long) rank * WORD_BYTES);
    }

    long firstBlock(long transfer) {
        return word(descriptorOf(transfer));
    }

    long length(long transfer) {
        return word(descriptorOf(transfer) + WORD_BYTES);
    }

    long turn(long transfer) {
        return word(descriptorOf(transfer) + TURN);
    }

    void describe(long transfer, long firstBlock, long length) {
        word(descriptorOf(transfer), firstBlock);
        word(descriptorOf(transfer) + WORD_BYTES, length);
    }

    void turn(long transfer, long turn) {
        word(descriptorOf(transfer) + TURN, turn);
    }

    private boolean push(Fabric fabric, int peer, long at, long to, long length) {
        return fabric.write(peer, region, memory, at, to, length);
    }

    boolean pushBlock(Fabric fabric, int peer, long block, long bytes) {
        long at = placeOf(block);
        return push(fabric, peer, at, at, bytes);
    }

    boolean pushFlag(Fabric fabric, int peer, long block) {
        long at = flagOf(block);
        return push(fabric, peer, at, at, WORD_BYTES);
    }

    /** Tells a member how many of its blocks have been seen here. */
    boolean pushSeen(Fabric fabric, int peer, int rank, int me) {
        long from = SEEN_AT + (long) rank * WORD_BYTES;
        long to = ACKNOWLEDGED_AT + (long) me * WORD_BYTES;
        return push(fabric, peer, from, to, WORD_BYTES);
    }

    boolean pushDescriptor(Fabric fabric, int peer, long transfer) {
        long at = descriptorOf(transfer);
        return push(fabric, peer, at, at, TURN);
    }

    boolean pushTurn(Fabric fabric, int peer, long transfer) {
        long at = descriptorOf(transfer) + TURN;
        return push(fabric, peer, at, at, WORD_BYTES);
    }

    int blockBytes() {
        return blockBytes;
    }
}
