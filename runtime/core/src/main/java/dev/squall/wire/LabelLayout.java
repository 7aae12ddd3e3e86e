package dev.squall.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Labels in records. A pool names the labels that it keeps, at most {@link #NUMBER_MAX}; a record
 * says by number which one its object has, in bits 4 to 6 of its flags. 0 = none. So a label
 * travels with a put, or with a part of a batch, for nothing.
 *
 * <p>Two kinds of records are about labels alone. Fields that a record of the log has and its
 * sender had not are written by each log, where it takes the record (*).
 *
 * <pre>
 *   LABEL   a version of a key has this label from here on; no payload
 *     48  expected   i64  the version; ANY = the newest; in the log the one that it was (*)
 *     40, 72         in the log: where it stands, as the {@link VersionLink} to the one before (*)
 *     80  trace      2 x i64  in the log: version and time of the one that came after it; 0, 0 =
 *                         it is the newest (*)
 *   KEPT    a labelled version once more: key, producer and payload as they were
 *     48  expected   i64  the object's version;   80  i64  its time
 *     40  request    i64  on its way: the version of the record that it was copied from
 *     40, 72         in the log, of the newest version of its key: its {@link VersionLink} (*);
 *                    of any other: version and time of the one that came after it, i64 each (*)
 * </pre>
 */
public final class LabelLayout {

    /** The highest number of a label. */
    public static final int NUMBER_MAX = 7;

    /** Flag of a {@link RecordLayout#KIND_KEPT} in the log: it is the newest version of its key. */
    public static final int FLAG_NEWEST = 8;

    /** Where in the flags the number stands. */
    public static final int MASK = NUMBER_MAX << 4;

    /** Flags that stay when a record comes into a log; the label's number is among them. */
    public static final int FLAGS_KEPT = RecordLayout.FLAG_IMPORT | FLAG_NEWEST | MASK;

    private static final int SHIFT = 4;
    private static final int REQUEST = 40;
    private static final int EXPECTED = 48;
    private static final int OBJECT_LENGTH = 72;
    private static final int TRACE = 80;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LabelLayout() {}

    /** The number of a record's label; 0 = it has none. */
    public static int number(MemorySegment m, long at) {
        return (RecordLayout.flags(m, at) & MASK) >>> SHIFT;
    }

    /** Gives a record a label, or takes it: 0. */
    public static void number(MemorySegment m, long at, int number) {
        RecordLayout.flags(m, at, (RecordLayout.flags(m, at) & ~MASK) | number << SHIFT);
    }

    /** Whether a record is about a label, and no object that somebody puts. */
    public static boolean isAbout(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_LABEL || isKept(m, at);
    }

    /** Whether a record was carried forward. */
    public static boolean isKept(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_KEPT;
    }

    /** Whether a record that was carried forward stands for the newest version of its key. */
    public static boolean isNewest(MemorySegment m, long at) {
        return (RecordLayout.flags(m, at) & FLAG_NEWEST) != 0;
    }

    /**
     * Makes a copy of an object's record one that carries it forward.
     *
     * @param from the version of the record that it was copied from
     * @param version the object's
     * @param timestamp the object's
     */
    public static void writeKept(
            MemorySegment m, long at, int number, long from, long version, long timestamp) {
        RecordLayout.kind(m, at, RecordLayout.KIND_KEPT);
        RecordLayout.flags(m, at, number << SHIFT);
        m.set(LONG, at + REQUEST, from);
        m.set(LONG, at + EXPECTED, version);
        m.set(LONG, at + OBJECT_LENGTH, 0L);
        RecordLayout.writeTrace(m, at, timestamp, 0);
    }

    /** Makes a record that was carried forward an object again, as the put that it was. */
    public static void writePut(MemorySegment m, long at) {
        RecordLayout.kind(m, at, RecordLayout.KIND_PUT);
        RecordLayout.flags(m, at, RecordLayout.flags(m, at) & MASK);
    }

    /** In a log: whether a KEPT is of its key's newest version, and its label there. */
    public static void writePlace(MemorySegment m, long at, int number, boolean newest) {
        RecordLayout.flags(m, at, number << SHIFT | (newest ? FLAG_NEWEST : 0));
    }

    /** In a log: what came after a KEPT that is not of its key's newest version. */
    public static void writeNext(MemorySegment m, long at, long version, long timestamp) {
        m.set(LONG, at + REQUEST, version);
        m.set(LONG, at + OBJECT_LENGTH, timestamp);
    }

    /** In a log: which version a LABEL is about, where that stands, and what came after it. */
    public static void writeTarget(
            MemorySegment m, long at, long version, long location, long next, long nextTime) {
        m.set(LONG, at + EXPECTED, version);
        VersionLink.write(m, at, location, 0, 1);
        RecordLayout.writeTrace(m, at, next, nextTime);
    }

    /** In a log: where a LABEL says that its version stands; 0 = not in this log. */
    public static void writeTarget(MemorySegment m, long at, long location) {
        VersionLink.write(m, at, location, 0, 1);
    }

    /** In a log: the version that came after the object of a KEPT or LABEL; 0 = none. */
    public static long next(MemorySegment m, long at) {
        if (isKept(m, at)) {
            return isNewest(m, at) ? 0 : m.get(LONG, at + REQUEST);
        }
        return m.get(LONG, at + TRACE);
    }

    /** The time of {@link #next}. */
    public static long nextTime(MemorySegment m, long at) {
        if (isKept(m, at)) {
            return isNewest(m, at) ? 0 : m.get(LONG, at + OBJECT_LENGTH);
        }
        return m.get(LONG, at + TRACE + 8);
    }
}
