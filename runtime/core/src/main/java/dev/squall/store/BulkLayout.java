package dev.squall.store;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The payloads of which bulk objects are made. Little-endian, at any alignment.
 *
 * <pre>
 *  chunk     0  upload    i64   which upload it belongs to
 *            8  index     i32   its place in the object; {@link #GIVEN_UP} = the upload has ended
 *           12  0         i32
 *           16  bytes
 *
 *  manifest  0  format    i32   1
 *            4  crc32c    i32   of the whole object
 *            8  upload    i64
 *           16  size      i64   bytes of the whole object
 *           24  chunkSize i32   bytes of every chunk but the last
 *           28  chunks    i32
 *           32  touched   i64   time of the youngest chunk
 *           40  versions  i64 each, of the chunks
 * </pre>
 */
public final class BulkLayout {

    /** Bytes of a chunk's payload before the object's own. */
    public static final int CHUNK_HEADER_BYTES = 16;

    /** Instead of an index: what has come of the upload will not be used. */
    public static final int GIVEN_UP = -1;

    /** The format of manifests. */
    static final int FORMAT = 1;

    private static final int MANIFEST_HEADER_BYTES = 40;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BulkLayout() {}

    /** Writes a chunk's header. */
    public static void writeChunk(MemorySegment m, long upload, int index) {
        m.set(LONG, 0, upload);
        m.set(INT, 8, index);
        m.set(INT, 12, 0);
    }

    /** What tells a chunk from all others of its key: {@code upload/index}. */
    public static String chunkName(MemorySegment m, long at) {
        return Long.toHexString(chunkUpload(m, at)) + "/" + chunkIndex(m, at);
    }

    /** The object's bytes in the record of a chunk. */
    static MemorySegment chunkBytes(MemorySegment m, long at) {
        long from = RecordLayout.payloadAt(m, at) + CHUNK_HEADER_BYTES;
        return m.asSlice(from, RecordLayout.payloadLength(m, at) - CHUNK_HEADER_BYTES).asReadOnly();
    }

    /** The upload of a chunk. */
    public static long chunkUpload(MemorySegment m, long at) {
        return m.get(LONG, at);
    }

    /** A chunk's place in its object. */
    public static int chunkIndex(MemorySegment m, long at) {
        return m.get(INT, at + 8);
    }

    /**
     * Writes a manifest.
     *
     * @param touched the time of the youngest chunk, microseconds
     * @param versions of the chunks, in the order of their indexes
     */
    public static MemorySegment manifest(
            long upload, long size, int chunkSize, int crc, long touched, long[] versions) {
        var m =
                MemorySegment.ofArray(
                        new byte[MANIFEST_HEADER_BYTES + Long.BYTES * versions.length]);
        m.set(INT, 0, FORMAT);
        m.set(INT, 4, crc);
        m.set(LONG, 8, upload);
        m.set(LONG, 16, size);
        m.set(INT, 24, chunkSize);
        m.set(INT, 28, versions.length);
        m.set(LONG, 32, touched);
        for (int i = 0; i < versions.length; i++) {
            m.set(LONG, MANIFEST_HEADER_BYTES + (long) Long.BYTES * i, versions[i]);
        }
        return m;
    }

    static int crc(MemorySegment m, long at) {
        return m.get(INT, at + 4);
    }

    /** The upload of a manifest's chunks. */
    public static long upload(MemorySegment m, long at) {
        return m.get(LONG, at + 8);
    }

    static long size(MemorySegment m, long at) {
        return m.get(LONG, at + 16);
    }

    static int chunkSize(MemorySegment m, long at) {
        return m.get(INT, at + 24);
    }

    /** How many chunks a manifest names. */
    public static int chunks(MemorySegment m, long at) {
        return m.get(INT, at + 28);
    }

    static long touched(MemorySegment m, long at) {
        return m.get(LONG, at + 32);
    }

    /** The version of a chunk. */
    public static long version(MemorySegment m, long at, int chunk) {
        return m.get(LONG, at + MANIFEST_HEADER_BYTES + (long) Long.BYTES * chunk);
    }
}
