package dev.squall.log;

import dev.squall.memory.Align;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Says where a segment ends in a file that is longer, since it was that of a dropped one before
 * (see {@link Spares}): {@code magic i64 "SQUALLEN", shard i32, number i32, where it stands i64, 0
 * i32, crc32c i32 of bytes 0..27}. The next record is written over it.
 *
 * <p>It is written before the records that it stands behind. So whenever the node dies, the log
 * ends at a mark: at the one before them, or at this one; only where a record was torn it does not.
 */
final class EndMark {

    /** As a record is, it is aligned to its length. */
    static final int BYTES = Align.RECORD_BYTES;

    private static final long MAGIC = 0x4e45_4c4c_4155_5153L;
    private static final int SUMMED_BYTES = 28;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private EndMark() {}

    /** Writes one, which is to stand at a place in its file, to the beginning of some memory. */
    static void write(MemorySegment m, int shard, int number, long place) {
        m.set(LONG, 0, MAGIC);
        m.set(INT, 8, shard);
        m.set(INT, 12, number);
        m.set(LONG, 16, place);
        m.set(INT, 24, 0);
        m.set(INT, SUMMED_BYTES, crc(m, 0));
    }

    /** Whether the file of a segment has its mark here. */
    static boolean stands(MemorySegment m, long at) {
        return m.byteSize() - at >= BYTES
                && m.get(LONG, at) == MAGIC
                && m.get(INT, at + 8) == SegmentHeader.shard(m)
                && m.get(INT, at + 12) == SegmentHeader.number(m)
                && m.get(LONG, at + 16) == at
                && m.get(INT, at + SUMMED_BYTES) == crc(m, at);
    }

    /**
     * Up to where the file of a segment may hold what was written to it as this segment, from a
     * place on at which something else stands than was expected.
     *
     * @param version records are newer than this
     */
    static long reach(MemorySegment m, long from, long version) {
        long size = m.byteSize();
        if (size > SegmentHeader.old(m)) {
            return size;
        }
        long to = from;
        for (long at = from; at < size; at += BYTES) {
            if (stands(m, at)) {
                to = Math.max(to, at);
            } else if (RecordLayout.headerValid(m, at, size - at)
                    && RecordLayout.version(m, at) > version) {
                to = Math.max(to, at + RecordLayout.footprint(RecordLayout.length(m, at)));
            }
        }
        return Math.min(to, size);
    }

    private static int crc(MemorySegment m, long at) {
        var crc = new CRC32C();
        crc.update(m.asSlice(at, SUMMED_BYTES).asByteBuffer());
        return (int) crc.getValue();
    }
}
