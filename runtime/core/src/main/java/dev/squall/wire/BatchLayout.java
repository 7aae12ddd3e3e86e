package dev.squall.wire;

import dev.squall.memory.Align;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Several objects in one record, so that they have one place in the order, are whole on disk or not
 * there at all, and are read in place like any others. A batch has no key; its payload is, at the
 * next multiple of 8 from the record's beginning:
 *
 * <pre>
 *   0  parts         i32  how many objects
 *   4  role          i32  see ROLE_*
 *   8  born          i64  of a batch over several shards, its ticket: when it was made,
 *  16  node          i64  by which node,
 *  24  serial        i64  and which of that node's it was; 0 = a batch of one shard
 *  32  time          i64  HOME: not before this; SHARE, COMMIT: the objects' time; GIVE_UP: when
 *                         a share was prepared; microseconds
 *  40  shards        i32  how many shards take part
 *  44  spread        i32  HOME: how much earlier than the time the first share was prepared
 *  48  their numbers, i32 each, the home first
 *      the parts: records of their own, each at a multiple of 32
 * </pre>
 *
 * A part is a PUT or DELETE record like any other: its own checksum guards its key and bytes from
 * where they entered. It has {@link RecordLayout#FLAG_PART} and, in the place of a producer's
 * number, how far it lies in its record. With the batch it gets version, time and {@link
 * VersionLink} when it enters the log, and the checksum of the whole is made anew then.
 */
public final class BatchLayout {

    /** The bytes before the list of shards. */
    public static final int BLOCK_BYTES = 48;

    /** Objects of one batch. */
    public static final int PARTS_MAX = 1_000;

    /** Shards of one batch. */
    public static final int SHARDS_MAX = 64;

    /** All of it lies in one shard. */
    public static final int ROLE_PLAIN = 0;

    /** The part of a ticket that lies in its home shard, whose order decides. */
    public static final int ROLE_HOME = 1;

    /** The part of a ticket in another shard. */
    public static final int ROLE_SHARE = 2;

    /** To the home, of a ticket: give it up, unless it is committed. */
    public static final int ROLE_GIVE_UP = 3;

    /** To a share, of a ticket: it is committed, at the block's time. */
    public static final int ROLE_COMMIT = 4;

    /** To a share, of a ticket: it is given up. */
    public static final int ROLE_RELEASE = 5;

    /** To the home, of a ticket: all shares are committed. */
    public static final int ROLE_DONE = 6;

    /** To the home: what became of an earlier batch of the same producer's number. */
    public static final int ROLE_ASK = 7;

    private static final int PART_ALIGNMENT = Align.RECORD_BYTES;
    private static final int BLOCK_ALIGNMENT = 8;
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BatchLayout() {}

    /** The bytes that a part takes in its batch. */
    public static long footprint(long length) {
        return Align.up(length, PART_ALIGNMENT);
    }

    /** Where the block of a batch begins. */
    public static long block(MemorySegment m, long at) {
        return at + Align.up(RecordLayout.payloadAt(m, at) - at, BLOCK_ALIGNMENT);
    }

    /** The bytes from a record's beginning to its first part. */
    public static long partsAt(int producerLength, int shards) {
        long block = Align.up(RecordLayout.HEADER_BYTES + producerLength, BLOCK_ALIGNMENT);
        return Align.up(block + BLOCK_BYTES + 4L * shards, PART_ALIGNMENT);
    }

    public static int parts(MemorySegment m, long at) {
        return m.get(INT, block(m, at));
    }

    public static int role(MemorySegment m, long at) {
        return m.get(INT, block(m, at) + 4);
    }

    public static long born(MemorySegment m, long at) {
        return m.get(LONG, block(m, at) + 8);
    }

    public static long node(MemorySegment m, long at) {
        return m.get(LONG, block(m, at) + 16);
    }

    public static long serial(MemorySegment m, long at) {
        return m.get(LONG, block(m, at) + 24);
    }

    public static long time(MemorySegment m, long at) {
        return m.get(LONG, block(m, at) + 32);
    }

    /** Sets the time of a batch that is not in a log yet. */
    public static void time(MemorySegment m, long at, long micros) {
        m.set(LONG, block(m, at) + 32, micros);
    }

    public static int shards(MemorySegment m, long at) {
        return m.get(INT, block(m, at) + 40);
    }

    public static int spread(MemorySegment m, long at) {
        return m.get(INT, block(m, at) + 44);
    }

    /** Says how much earlier than the time the first share was prepared; after the block. */
    public static void writeSpread(MemorySegment m, long at, int micros) {
        m.set(INT, block(m, at) + 44, micros);
    }

    /** The number of a shard that takes part; 0 is the home. */
    public static int shard(MemorySegment m, long at, int index) {
        return m.get(INT, block(m, at) + BLOCK_BYTES + 4L * index);
    }

    /** Writes the block and the numbers of the shards. */
    public static void writeBlock(
            MemorySegment m,
            long at,
            int parts,
            int role,
            long born,
            long node,
            long serial,
            long time,
            int[] shards) {
        long block = block(m, at);
        long payload = RecordLayout.payloadAt(m, at);
        long end = at + partsAt(RecordLayout.producerLength(m, at), shards.length);
        m.asSlice(payload, end - payload).fill((byte) 0);
        m.set(INT, block, parts);
        m.set(INT, block + 4, role);
        m.set(LONG, block + 8, born);
        m.set(LONG, block + 16, node);
        m.set(LONG, block + 24, serial);
        m.set(LONG, block + 32, time);
        m.set(INT, block + 40, shards.length);
        for (int i = 0; i < shards.length; i++) {
            m.set(INT, block + BLOCK_BYTES + 4L * i, shards[i]);
        }
    }

    /** Whether a record's objects, if any, are parts of it rather than itself. */
    private static boolean holdsParts(MemorySegment m, long at) {
        int kind = RecordLayout.kind(m, at);
        return kind == RecordLayout.KIND_BATCH || kind == RecordLayout.KIND_PREPARE;
    }

    /** Where the first part of a batch, decided or not, begins; -1 = it has none. */
    public static long firstPart(MemorySegment m, long at) {
        return holdsParts(m, at) && parts(m, at) > 0
                ? at + partsAt(RecordLayout.producerLength(m, at), shards(m, at))
                : -1;
    }

    /** Where the part after a part begins; -1 when that was the last. */
    public static long nextPart(MemorySegment m, long part) {
        long at = record(m, part);
        long next = part + footprint(RecordLayout.length(m, part));
        return next < at + RecordLayout.length(m, at) ? next : -1;
    }

    /**
     * Where the first object of a record of the log begins: the record itself, the first part of a
     * batch, or -1 when it has none that anybody sees.
     */
    public static long firstObject(MemorySegment m, long at) {
        return switch (RecordLayout.kind(m, at)) {
            case RecordLayout.KIND_PUT, RecordLayout.KIND_DELETE, RecordLayout.KIND_MANIFEST -> at;
            case RecordLayout.KIND_BATCH -> firstPart(m, at);
            default -> -1;
        };
    }

    /** The time of a record's objects; of a record that has none, its own. */
    public static long objectTime(MemorySegment m, long at) {
        long object = firstObject(m, at);
        return RecordLayout.timestamp(m, object < 0 ? at : object);
    }

    /** Where the object after an object of the same record begins; -1 when that was the last. */
    public static long nextObject(MemorySegment m, long object) {
        return record(m, object) == object ? -1 : nextPart(m, object);
    }

    /** Where the record begins that holds an object: a part says how far it lies in. */
    public static long record(MemorySegment m, long object) {
        return isPart(m, object) ? object - RecordLayout.sequence(m, object) : object;
    }

    private static boolean isPart(MemorySegment m, long at) {
        return (RecordLayout.flags(m, at) & RecordLayout.FLAG_PART) != 0;
    }

    /** Makes a record a part that lies so far in its batch; after it was written, before seal. */
    public static void writePart(MemorySegment m, long at, long place) {
        int label = RecordLayout.flags(m, at) & LabelLayout.MASK;
        RecordLayout.flags(m, at, RecordLayout.FLAG_PART | label);
        RecordLayout.writeRequest(m, at, 0, RecordLayout.expected(m, at), 0, place);
    }

    /** Gives all parts of a batch their version and time, and makes the checksum of the whole. */
    static void commit(MemorySegment m, long at, long version, long timestamp) {
        long time = role(m, at) == ROLE_SHARE ? time(m, at) : timestamp;
        for (long p = firstPart(m, at); p >= 0; p = nextPart(m, p)) {
            RecordLayout.commit(m, p, version, time);
        }
        RecordLayout.seal(m, at);
    }

    /**
     * Whether bytes that came from outside are a whole batch: every length within what is there,
     * every part an object.
     */
    public static boolean valid(MemorySegment m, long length) {
        if (length < RecordLayout.HEADER_BYTES || RecordLayout.length(m, 0) != length) {
            return false;
        }
        int producer = RecordLayout.producerLength(m, 0);
        long payload = length - RecordLayout.HEADER_BYTES - producer;
        boolean lengths =
                RecordLayout.keyLength(m, 0) == 0
                        && producer <= RecordLayout.PRODUCER_BYTES_MAX
                        && RecordLayout.payloadLength(m, 0) == payload;
        if (!lengths || partsAt(producer, 0) > length) {
            return false;
        }
        int shards = shards(m, 0);
        int parts = parts(m, 0);
        boolean counts = shards >= 0 && shards <= SHARDS_MAX && parts >= 0 && parts <= PARTS_MAX;
        return counts && validParts(m, partsAt(producer, shards), parts, length);
    }

    private static boolean validParts(MemorySegment m, long from, int parts, long length) {
        long at = from;
        for (int i = 0; i < parts; i++) {
            if (at > length - RecordLayout.HEADER_BYTES || !validPart(m, at, length - at)) {
                return false;
            }
            at += footprint(RecordLayout.length(m, at));
        }
        return at == length;
    }

    private static boolean validPart(MemorySegment m, long at, long available) {
        int kind = RecordLayout.kind(m, at);
        long length = RecordLayout.length(m, at);
        long body =
                (long) RecordLayout.keyLength(m, at)
                        + RecordLayout.producerLength(m, at)
                        + RecordLayout.payloadLength(m, at);
        return (kind == RecordLayout.KIND_PUT || kind == RecordLayout.KIND_DELETE)
                && RecordLayout.payloadLength(m, at) >= 0
                && length == RecordLayout.HEADER_BYTES + body
                && footprint(length) <= available
                && RecordLayout.producerLength(m, at) == 0
                && isPart(m, at)
                && RecordLayout.sequence(m, at) == at
                && RecordLayout.bodyIntact(m, at);
    }
}
