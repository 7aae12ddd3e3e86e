package dev.squall.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a segment file: {@code magic i64 "SQUALLOG", format i32, shard i32, number
 * i32, crc32c i32 of bytes 0..19}, zeros.
 */
final class SegmentHeader {

    /** Readers refuse a greater one; they read all smaller ones. */
    static final int FORMAT = 1;

    private static final long MAGIC = 0x474f_4c4c_4155_5153L;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private SegmentHeader() {}

    static void write(MemorySegment m, int shard, int number) {
        m.set(LONG, 0, MAGIC);
        m.set(INT, 8, FORMAT);
        m.set(INT, 12, shard);
        m.set(INT, 16, number);
        m.set(INT, 20, crc(m));
    }

    static boolean valid(MemorySegment m, int shard, int number) {
        return m.byteSize() >= LogSegment.HEADER_BYTES
                && m.get(LONG, 0) == MAGIC
                && m.get(INT, 8) == FORMAT
                && m.get(INT, 12) == shard
                && m.get(INT, 16) == number
                && m.get(INT, 20) == crc(m);
    }

    private static int crc(MemorySegment m) {
        var crc = new CRC32C();
        crc.update(m.asSlice(0, 20).asByteBuffer());
        return (int) crc.getValue();
    }
}
