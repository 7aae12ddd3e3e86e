package dev.squall.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What ties a record in the log to the earlier versions of its key, so that the log is its own
 * index of the past: where the version before lies, where one much older lies, and how many there
 * have been. The fields take the place of some that mattered only on the way.
 *
 * <pre>
 *  13  u8   depth, bits 32..39
 *  40  u64  depth, bits 0..15 | the version before (48 bits)
 *  72  u64  depth, bits 16..31 | the older one (48 bits)
 * </pre>
 *
 * <p>A place in a log, {@code segment number << 32 | offset}, is packed into 48 bits: records begin
 * at multiples of 32 bytes, and a log has at most {@link #SEGMENTS_MAX} segments in its life. The
 * packed place 0 stands for none.
 *
 * <p><b>How far the second link goes</b> follows from the depth alone: as far as the smallest digit
 * of the depth in skew binary (Myers, "An applicative random-access stack", 1983). Going back by
 * the long link where it does not lead too far and by the short one otherwise finds any earlier
 * version in at most about {@code 3 * log2(depth)} steps.
 */
public final class VersionLink {

    /** Segments of a log in its whole life: 2 Mi, which are 32 TiB at 16 MiB each. */
    public static final int SEGMENTS_MAX = 1 << 21;

    /** Versions of a key that a chain can tell apart; the next begins a new chain: 2^40. */
    public static final long DEPTH_MAX = (1L << 40) - 1;

    private static final int OFFSET_BITS = 27;
    private static final long PLACE_MASK = (1L << 48) - 1;
    private static final int DEPTH_HIGH = 13;
    private static final int PREVIOUS = 40;
    private static final int JUMP = 72;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private VersionLink() {}

    /** A place in 48 bits. */
    public static long pack(long location) {
        return ((location >>> 32) << OFFSET_BITS) | ((location & 0xFFFF_FFFFL) >>> 5);
    }

    /** The place that {@link #pack} packed. */
    public static long unpack(long packed) {
        long place = packed & PLACE_MASK;
        return ((place >>> OFFSET_BITS) << 32) | ((place & ((1L << OFFSET_BITS) - 1)) << 5);
    }

    /** Where the key's version before lies; 0 = there was none. */
    public static long previous(MemorySegment m, long at) {
        return unpack(m.get(LONG, at + PREVIOUS));
    }

    /** Where a version lies that is older by {@link #jumpLength}; 0 = none that is still there. */
    public static long jump(MemorySegment m, long at) {
        return unpack(m.get(LONG, at + JUMP));
    }

    /** The how-manieth version of its key this is, from 1. */
    public static long depth(MemorySegment m, long at) {
        return Byte.toUnsignedLong(m.get(BYTE, at + DEPTH_HIGH)) << 32
                | (m.get(LONG, at + JUMP) >>> 48) << 16
                | m.get(LONG, at + PREVIOUS) >>> 48;
    }

    /** Sets all three; the header's checksum is made after. */
    public static void write(MemorySegment m, long at, long previous, long jump, long depth) {
        m.set(BYTE, at + DEPTH_HIGH, (byte) (depth >>> 32));
        m.set(LONG, at + PREVIOUS, (depth & 0xFFFF) << 48 | pack(previous));
        m.set(LONG, at + JUMP, (depth >>> 16 & 0xFFFF) << 48 | pack(jump));
    }

    /** By how many versions the long link of this depth goes back. */
    public static long jumpLength(long depth) {
        long rest = depth;
        long digit = 0;
        while (rest > 0) {
            digit = Long.highestOneBit(rest + 1) - 1;
            rest -= digit;
        }
        return digit;
    }
}
