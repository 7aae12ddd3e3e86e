package dev.squall.bench.member;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Bytes that prove themselves: a checksum over the rest, who made them, and noise of any length.
 *
 * <pre>
 *   0  checksum i32  CRC32C of everything behind it
 *   4  life     i32  counts the starts of the cluster
 *   8  member   i32
 *  12  number   i64  of the put within the life and member
 *  20  noise
 * </pre>
 *
 * @param life the cluster's start in which it was put
 * @param member the member that put it
 * @param number of the put there
 */
record Stamp(int life, int member, long number) {

    static final int BYTES = 20;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** A payload with this stamp. */
    byte[] payload(int size) {
        var bytes = new byte[Math.max(size, BYTES)];
        new Random(number * 31 + member).nextBytes(bytes);
        var m = MemorySegment.ofArray(bytes);
        m.set(INT, 4, life);
        m.set(INT, 8, member);
        m.set(LONG, 12, number);
        m.set(INT, 0, checksum(m));
        return bytes;
    }

    /** The stamp of a payload, as {@link #toString} writes it; "harmed" when it is not whole. */
    static String read(MemorySegment m) {
        if (m.byteSize() < BYTES || m.get(INT, 0) != checksum(m)) {
            return "harmed";
        }
        return new Stamp(m.get(INT, 4), m.get(INT, 8), m.get(LONG, 12)).toString();
    }

    /** The checksum over all bytes behind the checksum. */
    static int checksum(MemorySegment m) {
        var crc = new CRC32C();
        crc.update(m.asSlice(4).asByteBuffer());
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return life + "-" + member + "-" + number;
    }
}
