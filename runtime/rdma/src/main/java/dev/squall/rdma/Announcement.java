package dev.squall.rdma;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What members tell each other of their memory, as it stands in a {@link Box}: 48 bytes,
 * little-endian.
 *
 * <pre>
 *    0  i32  kind          8  i64  bytes of the region      24  i64  address of the piece
 *    4  i32  region       16  i64  bytes of a piece         32  i32  number of the piece
 *                                                           36  i32  its key
 * </pre>
 *
 * @param kind what happens
 * @param region the number of the region
 * @param bytes its size
 * @param pieceBytes the size of each of its pieces but the last
 * @param piece which piece this is about
 * @param address where the piece lies in the member's memory
 * @param key by which the member's device knows it
 */
record Announcement(
        int kind, int region, long bytes, long pieceBytes, int piece, long address, int key) {

    static final int BYTES = 48;

    /** Peers may write into the region, when all of its pieces are announced. */
    static final int ADD = 1;

    /** The region is not there any more. */
    static final int REMOVE = 2;

    /** All there was before is announced, and the owner knows of the peer: it may write. */
    static final int OPEN = 3;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    static Announcement add(int region, Pinned memory, int piece) {
        long address = memory.address() + piece * memory.pieceBytes();
        return new Announcement(
                ADD,
                region,
                memory.bytes(),
                memory.pieceBytes(),
                piece,
                address,
                memory.remoteKey(piece));
    }

    static Announcement remove(int region) {
        return new Announcement(REMOVE, region, 0, 0, 0, 0, 0);
    }

    static Announcement open() {
        return new Announcement(OPEN, 0, 0, 0, 0, 0, 0);
    }

    void write(MemorySegment to, long at) {
        to.set(INT, at, kind);
        to.set(INT, at + 4, region);
        to.set(LONG, at + 8, bytes);
        to.set(LONG, at + 16, pieceBytes);
        to.set(LONG, at + 24, address);
        to.set(INT, at + 32, piece);
        to.set(INT, at + 36, key);
    }

    static Announcement read(MemorySegment from, long at) {
        return new Announcement(
                from.get(INT, at),
                from.get(INT, at + 4),
                from.get(LONG, at + 8),
                from.get(LONG, at + 16),
                from.get(INT, at + 32),
                from.get(LONG, at + 24),
                from.get(INT, at + 36));
    }
}
