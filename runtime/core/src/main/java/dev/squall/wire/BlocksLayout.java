package dev.squall.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The message that names a record which came in blocks, and gives it its place in the order: a
 * record of {@link RecordLayout#KIND_BLOCKS} without key and producer, with the named record's
 * length as {@code objectLength}, its time, and this payload:
 *
 * <pre>
 *   0  number   i64  of the transfer among those of its sender in the view, from 1 on
 *   8  bodyCrc  i32  of the named record;  12  0, i32
 * </pre>
 */
public final class BlocksLayout {

    /** The length of the message. */
    public static final int MESSAGE_BYTES = RecordLayout.HEADER_BYTES + 16;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlocksLayout() {}

    /**
     * Writes and seals the message.
     *
     * @param record memory in which the named record is
     * @param place where it begins there
     */
    public static void write(
            MemorySegment m, long at, long number, MemorySegment record, long place, long stamp) {
        int payload = MESSAGE_BYTES - RecordLayout.HEADER_BYTES;
        RecordLayout.writeHeader(m, at, RecordLayout.KIND_BLOCKS, 0, 0, payload);
        RecordLayout.stamp(m, at, stamp);
        RecordLayout.writeFragment(m, at, RecordLayout.length(record, place), 0);
        long body = RecordLayout.payloadAt(m, at);
        m.set(LONG, body, number);
        m.set(INT, body + 8, RecordLayout.bodySeal(record, place));
        m.set(INT, body + 12, 0);
        RecordLayout.seal(m, at);
    }

    /** The number of the transfer. */
    public static long number(MemorySegment m, long at) {
        return m.get(LONG, RecordLayout.payloadAt(m, at));
    }

    /** Whether this record is the one that the message names. */
    public static boolean names(MemorySegment m, long at, MemorySegment record, long place) {
        return RecordLayout.objectLength(m, at) == RecordLayout.length(record, place)
                && m.get(INT, RecordLayout.payloadAt(m, at) + 8)
                        == RecordLayout.bodySeal(record, place);
    }
}
