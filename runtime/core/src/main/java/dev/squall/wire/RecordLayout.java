package dev.squall.wire;

import dev.squall.memory.Align;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * One message: the same bytes in a sender's ring, in the log and on disk, so that a received
 * message is journalled as it is. Little-endian, aligned to {@link Align#RECORD_BYTES}.
 *
 * <pre>
 *   0  length        i32  whole record without the padding up to the next boundary
 *   4  headerCrc     i32  CRC32C of bytes 8..95, set by the sender, and anew by each log
 *   8  kind          u8   see KIND_*;         9  flags u8;   10 keyLength u16
 *  12  producerLength u8; 13 0;              14  magic u16
 *  16  payloadLength i32; for NULL: how many it stands for
 *  20  bodyCrc       i32  CRC32C of everything from byte 96 on, set by the first sender
 *  24  version       i64  set when the record enters the log
 *  32  timestamp     i64  the sender's stamp; the version's time once in the log (microseconds)
 *  40  request       i64  the sender's number of the request, to find its caller; in the log: *
 *  48  expected      i64  compare-and-set: the version the key must have; ANY = no condition;
 *                         import: the object's version
 *  56  incarnation   i64  of the producer
 *  64  sequence      i64  of the producer
 *  72  objectLength  i32  FRAGMENT, BLOCKS: bytes of the whole record; 76 fragmentOffset; in the
 *                         log: *
 *  80  trace         2 x i64; import: the object's time, the shard that it comes from
 *  96  key, producer, payload
 * </pre>
 *
 * (*) Where earlier versions of the key lie: {@link VersionLink}, which also uses byte 13.
 *
 * <p>The body's checksum is made once, where the object enters, and travels with it: a bit that
 * flips anywhere on the way is found by whoever checks last. The idea of a log record that guards
 * itself on a one-sided write is Tailwind's (Taleb et al., ATC 2018).
 */
public final class RecordLayout {

    public static final int HEADER_BYTES = 96;

    /** The bytes of a NULL or PAD record. */
    public static final int SHORT_BYTES = 32;

    /** An object is put. */
    public static final int KIND_PUT = 1;

    /** A key is deleted. */
    public static final int KIND_DELETE = 2;

    /** A part of an object that is larger than a message may be; the last one decides. */
    public static final int KIND_FRAGMENT = 3;

    /** Stands for a number of turns in the round robin that carry nothing. */
    public static final int KIND_NULL = 4;

    /** Fills a ring up to its end; stands for no turn. */
    public static final int KIND_PAD = 5;

    /** Several objects at one place in the order, see {@link BatchLayout}. */
    public static final int KIND_BATCH = 6;

    /** The part of a batch over several shards that lies in this one, not yet decided. */
    public static final int KIND_PREPARE = 7;

    /** Says something of such a batch: see {@link BatchLayout}. */
    public static final int KIND_TICKET = 8;

    /**
     * What a shard knew of its producers before a record, whose version this carries; on its way to
     * a member whose log begins with that record. Never in a log.
     */
    public static final int KIND_SESSIONS = 9;

    /** Bytes that were cut off a log and are no record; only in the file that keeps them. */
    public static final int KIND_DAMAGED = 10;

    /** A part of a bulk object, under the object's key: read through a manifest and not else. */
    public static final int KIND_CHUNK = 11;

    /** An object is put whose bytes came before in chunks: the payload says which. */
    public static final int KIND_MANIFEST = 12;

    /** Import: what another shard knows of a producer. */
    public static final int KIND_PRODUCER = 13;

    /** Import: everything has come from a shard. */
    public static final int KIND_MOVED = 14;

    /** Gives a record that came in blocks its place, see {@link BlocksLayout}. Never in a log. */
    public static final int KIND_BLOCKS = 15;

    /** Says which label a version of a key has from here on: see {@link LabelLayout}. */
    public static final int KIND_LABEL = 16;

    /** A labelled version, carried forward from the old end of the log: {@link LabelLayout}. */
    public static final int KIND_KEPT = 17;

    /** Flag: a record out of a log, sent again to members that lack it, with its version. */
    public static final int FLAG_REPLAY = 1;

    /** Flag: an object that is a part of a batch. */
    public static final int FLAG_PART = 2;

    /**
     * Flag: taken over from the shard in which the key was before ({@link #source}); kept in the
     * log. The record's version and time are its place in this log, the object's are those that it
     * had there.
     */
    public static final int FLAG_IMPORT = 4;

    /** {@link #expected} when there is no condition. */
    public static final long ANY = -1;

    /** The longest producer id, in bytes of UTF-8. */
    public static final int PRODUCER_BYTES_MAX = 128;

    private static final short MAGIC = 0x5351;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private RecordLayout() {}

    /** The bytes a record takes in a ring or log, its padding included. */
    public static long footprint(long length) {
        return Align.up(length, Align.RECORD_BYTES);
    }

    /** Zeros from the end of a record to where the next one begins. */
    public static void pad(MemorySegment m, long at, long length) {
        for (long i = at + length; i < at + footprint(length); i++) {
            m.set(BYTE, i, (byte) 0);
        }
    }

    public static int length(MemorySegment m, long at) {
        return m.get(INT, at);
    }

    public static int kind(MemorySegment m, long at) {
        return m.get(BYTE, at + 8);
    }

    /** Makes a record that is not in a log yet one of another kind. */
    public static void kind(MemorySegment m, long at, int kind) {
        m.set(BYTE, at + 8, (byte) kind);
    }

    public static int flags(MemorySegment m, long at) {
        return m.get(BYTE, at + 9);
    }

    public static void flags(MemorySegment m, long at, int flags) {
        m.set(BYTE, at + 9, (byte) flags);
    }

    public static int keyLength(MemorySegment m, long at) {
        return Short.toUnsignedInt(m.get(SHORT, at + 10));
    }

    public static int producerLength(MemorySegment m, long at) {
        return Byte.toUnsignedInt(m.get(BYTE, at + 12));
    }

    public static int payloadLength(MemorySegment m, long at) {
        return m.get(INT, at + 16);
    }

    public static long version(MemorySegment m, long at) {
        return m.get(LONG, at + 24);
    }

    public static long timestamp(MemorySegment m, long at) {
        return m.get(LONG, at + 32);
    }

    public static long request(MemorySegment m, long at) {
        return m.get(LONG, at + 40);
    }

    public static long expected(MemorySegment m, long at) {
        return m.get(LONG, at + 48);
    }

    public static long incarnation(MemorySegment m, long at) {
        return m.get(LONG, at + 56);
    }

    public static long sequence(MemorySegment m, long at) {
        return m.get(LONG, at + 64);
    }

    public static int objectLength(MemorySegment m, long at) {
        return m.get(INT, at + 72);
    }

    public static int fragmentOffset(MemorySegment m, long at) {
        return m.get(INT, at + 76);
    }

    public static long traceHigh(MemorySegment m, long at) {
        return m.get(LONG, at + 80);
    }

    public static long traceLow(MemorySegment m, long at) {
        return m.get(LONG, at + 88);
    }

    /** Whether the mark of a record stands here. */
    public static boolean marked(MemorySegment m, long at) {
        return m.get(SHORT, at + 14) == MAGIC;
    }

    /** Whether it was taken over from another shard. */
    public static boolean imported(MemorySegment m, long at) {
        return (flags(m, at) & FLAG_IMPORT) != 0;
    }

    /** Whether it is a version of a key, and no batch of such. */
    public static boolean isVersion(MemorySegment m, long at) {
        int kind = kind(m, at);
        return kind == KIND_PUT || kind == KIND_DELETE || kind == KIND_MANIFEST;
    }

    /** Whether its place here is not the one at which the object was put. */
    private static boolean again(MemorySegment m, long at) {
        return imported(m, at) || kind(m, at) == KIND_KEPT;
    }

    /** The object's version: that of the record, unless it was taken over or carried forward. */
    public static long objectVersion(MemorySegment m, long at) {
        return again(m, at) ? expected(m, at) : version(m, at);
    }

    /** The object's time: that of the record, unless it was taken over or carried forward. */
    public static long objectTimestamp(MemorySegment m, long at) {
        return again(m, at) ? traceHigh(m, at) : timestamp(m, at);
    }

    /** The shard that it was taken over from. */
    public static int source(MemorySegment m, long at) {
        return (int) traceLow(m, at);
    }

    /** Makes a record one that is taken over from another shard. */
    public static void writeImport(
            MemorySegment m, long at, int source, long version, long timestamp) {
        flags(m, at, FLAG_IMPORT);
        m.set(LONG, at + 48, version);
        writeTrace(m, at, timestamp, source);
    }

    /** The key, decoded. */
    public static String key(MemorySegment m, long at) {
        return text(m, at + HEADER_BYTES, keyLength(m, at));
    }

    /** The producer id, decoded; empty when there is none. */
    public static String producer(MemorySegment m, long at) {
        return text(m, at + HEADER_BYTES + keyLength(m, at), producerLength(m, at));
    }

    /** Where the payload begins. */
    public static long payloadAt(MemorySegment m, long at) {
        return at + HEADER_BYTES + keyLength(m, at) + producerLength(m, at);
    }

    private static String text(MemorySegment m, long at, int length) {
        if (length == 0) {
            return "";
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(m, BYTE, at, bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Writes a NULL or PAD record of {@link #SHORT_BYTES} and up. */
    public static void writeShort(MemorySegment m, long at, int kind, int length, int count) {
        m.set(INT, at, length);
        m.set(INT, at + 4, 0);
        m.set(BYTE, at + 8, (byte) kind);
        m.set(BYTE, at + 9, (byte) 0);
        m.set(SHORT, at + 10, (short) 0);
        m.set(INT, at + 12, 0);
        m.set(SHORT, at + 14, MAGIC);
        m.set(INT, at + 16, count);
    }

    /** Writes the fixed fields of a record; the body follows by the caller, then {@link #seal}. */
    public static void writeHeader(
            MemorySegment m, long at, int kind, int keyLength, int producerLength, int payload) {
        m.asSlice(at, HEADER_BYTES).fill((byte) 0);
        m.set(INT, at, HEADER_BYTES + keyLength + producerLength + payload);
        m.set(BYTE, at + 8, (byte) kind);
        m.set(SHORT, at + 10, (short) keyLength);
        m.set(BYTE, at + 12, (byte) producerLength);
        m.set(SHORT, at + 14, MAGIC);
        m.set(INT, at + 16, payload);
        m.set(LONG, at + 48, ANY);
    }

    /** What a caller asked for: the condition and who asks. */
    public static void writeRequest(
            MemorySegment m,
            long at,
            long request,
            long expected,
            long incarnation,
            long sequence) {
        m.set(LONG, at + 40, request);
        m.set(LONG, at + 48, expected);
        m.set(LONG, at + 56, incarnation);
        m.set(LONG, at + 64, sequence);
    }

    public static void writeTrace(MemorySegment m, long at, long high, long low) {
        m.set(LONG, at + 80, high);
        m.set(LONG, at + 88, low);
    }

    public static void writeFragment(MemorySegment m, long at, int objectLength, int offset) {
        m.set(INT, at + 72, objectLength);
        m.set(INT, at + 76, offset);
    }

    /** The body's checksum, as it was sealed. */
    public static int bodySeal(MemorySegment m, long at) {
        return m.get(INT, at + 20);
    }

    public static void stamp(MemorySegment m, long at, long timestamp) {
        m.set(LONG, at + 32, timestamp);
    }

    /** Makes the body's checksum; called once, by the node where the object enters. */
    public static void seal(MemorySegment m, long at) {
        m.set(INT, at + 20, bodyCrc(m, at));
    }

    /**
     * Makes the header's checksum as it is sent. Every member checks it on delivery, and makes it
     * anew in its log.
     */
    public static void sealHeader(MemorySegment m, long at) {
        m.set(INT, at + 4, crc(m, at + 8, HEADER_BYTES - 8));
    }

    /** Gives a record in the log its version and time, and makes its header's checksum. */
    public static void commit(MemorySegment m, long at, long version, long timestamp) {
        if (kind(m, at) == KIND_BATCH) {
            BatchLayout.commit(m, at, version, timestamp);
        }
        m.set(LONG, at + 24, version);
        m.set(LONG, at + 32, timestamp);
        m.set(INT, at + 4, crc(m, at + 8, HEADER_BYTES - 8));
    }

    /** Whether a whole, unharmed record stands here, with at most this many bytes. */
    public static boolean valid(MemorySegment m, long at, long available) {
        return headerValid(m, at, available) && bodyIntact(m, at);
    }

    /** Whether the unharmed header of a record stands here that has at most this many bytes. */
    public static boolean headerValid(MemorySegment m, long at, long available) {
        if (available < HEADER_BYTES) {
            return false;
        }
        int length = length(m, at);
        if (length < HEADER_BYTES || length > available || m.get(SHORT, at + 14) != MAGIC) {
            return false;
        }
        long body = (long) keyLength(m, at) + producerLength(m, at) + payloadLength(m, at);
        return payloadLength(m, at) >= 0
                && body == length - HEADER_BYTES
                && m.get(INT, at + 4) == crc(m, at + 8, HEADER_BYTES - 8);
    }

    /** Whether the body still is what its first sender sealed. */
    public static boolean bodyIntact(MemorySegment m, long at) {
        return m.get(INT, at + 20) == bodyCrc(m, at);
    }

    private static int bodyCrc(MemorySegment m, long at) {
        return crc(m, at + HEADER_BYTES, length(m, at) - HEADER_BYTES);
    }

    private static int crc(MemorySegment m, long at, long length) {
        var crc = new CRC32C();
        crc.update(m.asSlice(at, length).asByteBuffer());
        return (int) crc.getValue();
    }
}
