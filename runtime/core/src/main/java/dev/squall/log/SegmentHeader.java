package dev.squall.log;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a segment file: {@code magic i64 "SQUALLOG", format i32, shard i32, number
 * i32, prologue i32, previous i64, crc32c i32 of bytes 0..31, crc32c i32 of the prologue, old i64,
 * crc32c i32 of old}, zeros. Behind them so many bytes of prologue; before format 4 there is none.
 *
 * <p>{@code previous} is the newest version before the segment. So recovery can tell that what was
 * written of the one before is not all of it: retention dropped the rest before it was written.
 *
 * <p>{@code old} is how many bytes the file had when the segment began: so far, what is not of this
 * segment may be of one that was dropped (see {@link Spares}). Before format 7 there was none.
 */
final class SegmentHeader {

    /** Readers refuse a greater one; they read all smaller ones from {@link #OLDEST} on. */
    static final int FORMAT = 7;

    /** Records of format 1 did not say where earlier versions of their keys lie. */
    static final int OLDEST = 2;

    /** The first format with prologues. Before 5 there were no imports, before 6 no labels. */
    private static final int PROLOGUES = 4;

    /** The first format whose files may hold old bytes behind an {@link EndMark}. */
    private static final int REUSED = 7;

    private static final long MAGIC = 0x474f_4c4c_4155_5153L;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private SegmentHeader() {}

    /** For a file that has so many bytes already. */
    static void write(MemorySegment m, int shard, LogSegment segment, long old) {
        m.set(LONG, 0, MAGIC);
        m.set(INT, 8, FORMAT);
        m.set(INT, 12, shard);
        m.set(INT, 16, segment.number);
        m.set(INT, 20, segment.prologueBytes);
        m.set(LONG, 24, segment.previous);
        m.set(INT, 32, crc(m, 0, 32));
        m.set(INT, 36, crc(m, LogSegment.HEADER_BYTES, segment.prologueBytes));
        m.set(LONG, 40, old);
        m.set(INT, 48, crc(m, 40, 8));
    }

    /**
     * Whether a whole header stands here, and its prologue. One that was torn by a crash does not.
     */
    static boolean whole(MemorySegment m) {
        return m.byteSize() >= LogSegment.HEADER_BYTES
                && m.get(LONG, 0) == MAGIC
                && m.get(INT, 32) == crc(m, 0, 32)
                && (m.get(INT, 8) < REUSED || m.get(INT, 48) == crc(m, 40, 8))
                && (m.get(INT, 8) < PROLOGUES || prologueWhole(m));
    }

    /** How many bytes of the file may be older than the segment, but for what is of it. */
    static long old(MemorySegment m) {
        return m.get(INT, 8) < REUSED ? 0 : m.get(LONG, 40);
    }

    private static boolean prologueWhole(MemorySegment m) {
        int length = m.get(INT, 20);
        return length >= 0
                && LogSegment.begin(length) <= m.byteSize()
                && m.get(INT, 36) == crc(m, LogSegment.HEADER_BYTES, length);
    }

    /** Bytes of the prologue. */
    static int prologue(MemorySegment m) {
        return m.get(INT, 8) < PROLOGUES ? 0 : m.get(INT, 20);
    }

    static int shard(MemorySegment m) {
        return m.get(INT, 12);
    }

    static int number(MemorySegment m) {
        return m.get(INT, 16);
    }

    static int format(MemorySegment m) {
        return m.get(INT, 8);
    }

    /** Whether this version knows the format. */
    static boolean readable(MemorySegment m) {
        return format(m) >= OLDEST && format(m) <= FORMAT;
    }

    /** The newest version before the segment. */
    static long previous(MemorySegment m) {
        return m.get(LONG, 24);
    }

    /**
     * Whether a file was to become this segment, but has still an older one's header: nothing of
     * the new one was ever sure.
     */
    static boolean notBegun(MemorySegment m, int shard, int number) {
        return whole(m) && shard(m) == shard && number(m) < number;
    }

    /**
     * Refuses a whole header that says something else than expected: nothing was torn there, so
     * nothing may be cut off.
     */
    static void check(MemorySegment m, int shard, int number) throws IOException {
        int format = m.get(INT, 8);
        if (format < OLDEST || format > FORMAT) {
            throw refused(
                    shard,
                    number,
                    "has format %d; this node reads %d to %d".formatted(format, OLDEST, FORMAT));
        }
        if (m.get(INT, 12) != shard || m.get(INT, 16) != number) {
            throw refused(
                    shard,
                    number,
                    "belongs to shard %d, number %d".formatted(m.get(INT, 12), m.get(INT, 16)));
        }
    }

    private static IOException refused(int shard, int number, String why) {
        return new IOException(
                "%s %s; start the version that wrote it, or put the right file in its place"
                        .formatted(Journal.name(shard, number), why));
    }

    private static int crc(MemorySegment m, long at, int length) {
        var crc = new CRC32C();
        crc.update(m.asSlice(at, length).asByteBuffer());
        return (int) crc.getValue();
    }
}
