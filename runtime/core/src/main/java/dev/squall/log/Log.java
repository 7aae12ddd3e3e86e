package dev.squall.log;

import dev.squall.base.Counter;
import dev.squall.base.Version;
import dev.squall.memory.Region;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The log of one shard in memory: its records in delivery order, in segments. What is in it is read
 * in place by everybody: readers, UDLs, the disk.
 *
 * <p>A <b>location</b> is {@code segment number << 32 | offset}; it grows along the log and stays
 * valid until the segment is dropped. Dropping removes whole segments from the old end. What their
 * records meant to the log's owner stands in the {@link Prologue} of the next one, so that any run
 * of segments says all that there is to know.
 *
 * <p><b>Threads.</b> One writer, the shard's owner; any number of readers, without locks. A record
 * is complete before its location is published. Memory is freed when nobody references it any more
 * (see {@link Region}), so a reader that still holds a dropped segment reads on undisturbed.
 */
public final class Log {

    /** The size of a segment, unless one record needs more: 16 MiB. */
    public static final int SEGMENT_BYTES = 16 << 20;

    private final int segmentBytes;
    private final Soundness soundness;
    private Prologue prologue = Prologue.NONE;
    private long base;
    private volatile LogSegment[] segments;
    private volatile long tail;
    private volatile long lastVersion;
    private volatile long lastTimestamp;
    private final Counter bytes = new Counter();

    /** An empty log with segments of {@link #SEGMENT_BYTES}. */
    public Log() {
        this(SEGMENT_BYTES);
    }

    public Log(int segmentBytes) {
        this(segmentBytes, new Soundness());
    }

    private Log(int segmentBytes, Soundness soundness) {
        this.segmentBytes = segmentBytes;
        this.soundness = soundness;
        this.segments = new LogSegment[0];
    }

    /** A log as it was recovered: the last segment's memory is written on. */
    Log(int segmentBytes, LogSegment[] recovered, long lastVersion, long lastTimestamp) {
        this.segmentBytes = segmentBytes;
        this.soundness = new Soundness();
        this.segments = recovered;
        this.lastVersion = lastVersion;
        this.lastTimestamp = lastTimestamp;
        long sum = 0;
        for (var s : recovered) {
            sum += s.used();
        }
        this.bytes.add(sum);
        if (recovered.length > 0) {
            var last = recovered[recovered.length - 1];
            this.tail = location(last.number, last.used());
        }
    }

    /** Where a record's bytes are in its segment's memory. */
    public static long offset(long location) {
        return location & 0xFFFF_FFFFL;
    }

    static long location(int number, long offset) {
        return (long) number << 32 | offset;
    }

    /** The newest version; {@link Version#NONE} when the log is empty. */
    public long lastVersion() {
        return lastVersion;
    }

    /** The time of the newest version. */
    public long lastTimestamp() {
        return lastTimestamp;
    }

    /** Where the next record will begin, or a later place: everything before is readable. */
    public long tail() {
        return tail;
    }

    /** Bytes in all segments. */
    public long bytes() {
        return bytes.get();
    }

    /** Bytes of records in all segments: without what each of these begins with. */
    public long recordBytes() {
        long sum = 0;
        for (var segment : segments) {
            sum += segment.used() - LogSegment.begin(segment.prologueBytes);
        }
        return sum;
    }

    /** The time of the newest record in the oldest segment, if that may be dropped; else MAX. */
    public long oldestTimestamp() {
        var live = segments;
        return live.length > 1 ? live[0].lastTimestamp() : Long.MAX_VALUE;
    }

    /**
     * Copies a record to the end and gives it its version and time, as the first of its key.
     *
     * @return its location
     */
    public long append(MemorySegment source, long at, long version, long timestamp) {
        return append(source, at, version, timestamp, 0, 0, 1);
    }

    /**
     * Copies a record to the end and gives it its version and time, and the places of earlier
     * versions of its key (see {@link VersionLink}).
     *
     * @return its location
     */
    public long append(
            MemorySegment source,
            long at,
            long version,
            long timestamp,
            long previous,
            long jump,
            long depth) {
        var segment = copy(source, at);
        VersionLink.write(segment.memory(), segment.used(), previous, jump, depth);
        return publish(segment, version, timestamp);
    }

    /** Writes the places of earlier versions into the parts of a batch. */
    public interface Links {

        /** The batch has been copied, and nobody sees it yet. */
        void write(MemorySegment memory, long offset);
    }

    /**
     * Copies a batch to the end and gives it, and all of its parts, its version and time.
     *
     * @return its location
     */
    public long append(MemorySegment source, long at, long version, long timestamp, Links links) {
        var segment = copy(source, at);
        links.write(segment.memory(), segment.used());
        return publish(segment, version, timestamp);
    }

    /** Copies a record behind the end, which stays where it is. */
    private LogSegment copy(MemorySegment source, long at) {
        int length = RecordLayout.length(source, at);
        var segment = roomFor(RecordLayout.footprint(length));
        MemorySegment.copy(source, at, segment.memory(), segment.used(), length);
        RecordLayout.pad(segment.memory(), segment.used(), length);
        int flags = RecordLayout.flags(source, at) & LabelLayout.FLAGS_KEPT;
        RecordLayout.flags(segment.memory(), segment.used(), flags);
        return segment;
    }

    /** What was copied becomes a part of the log. From here on the journal reads it. */
    private long publish(LogSegment segment, long version, long timestamp) {
        long offset = segment.used();
        RecordLayout.commit(segment.memory(), offset, version, timestamp);
        long footprint = RecordLayout.footprint(RecordLayout.length(segment.memory(), offset));
        segment.used(offset + footprint);
        segment.lastTimestamp(timestamp);
        bytes.add(footprint);
        // The journal reads the version first: it must never see a version before its bytes.
        tail = location(segment.number, offset + footprint);
        lastTimestamp = timestamp;
        lastVersion = version;
        return location(segment.number, offset);
    }

    /** Asks this from now on for the prologues of new segments; by the writer. */
    public void prologue(Prologue owner) {
        prologue = owner;
    }

    /** The prologue of the oldest segment; empty when there is none. */
    public MemorySegment prologue() {
        var live = segments;
        return live.length == 0 ? MemorySegment.NULL : live[0].prologue();
    }

    /** The newest version before the oldest record; {@link Version#NONE} = it begins with that. */
    public long before() {
        var live = segments;
        return live.length == 0 ? base : live[0].previous;
    }

    /** An empty log is about to begin behind this version. */
    public void base(long version) {
        base = version;
    }

    /** Bytes before the first record, if one of this footprint begins a segment; else 0. */
    public long beginBytes(long footprint) {
        var live = segments;
        boolean fits = live.length > 0 && live[live.length - 1].fits(footprint);
        return fits ? 0 : LogSegment.begin(prologue.length());
    }

    private LogSegment roomFor(long footprint) {
        var live = segments;
        if (live.length > 0 && live[live.length - 1].fits(footprint)) {
            return live[live.length - 1];
        }
        int number = live.length == 0 ? 1 : live[live.length - 1].number + 1;
        long previous = live.length == 0 ? base : lastVersion;
        var next = LogSegment.make(number, previous, prologue, segmentBytes, footprint);
        var more = Arrays.copyOf(live, live.length + 1);
        more[live.length] = next;
        segments = more;
        bytes.add(next.begin);
        return next;
    }

    /** The memory in which a location lies, or null when its segment has been dropped. */
    public @Nullable MemorySegment memory(long location) {
        var segment = segment((int) (location >>> 32));
        return segment == null ? null : segment.memory();
    }

    /** Whether what is read of it is what was written. */
    public Soundness soundness() {
        return soundness;
    }

    /** The memory in which a location lies; null when it was dropped, or its header is harmed. */
    public @Nullable MemorySegment header(long location) {
        var memory = memory(location);
        return memory == null || !soundness.header(memory, location) ? null : memory;
    }

    /** The newest version before a record that may be harmed itself. */
    public long newestBefore(long location) {
        var segment = segment((int) (location >>> 32));
        return segment == null ? Version.NONE : segment.newestBefore(offset(location));
    }

    /** The segment of this number, or null when it is not or no longer there. */
    @Nullable LogSegment segment(int number) {
        var live = segments;
        if (live.length == 0) {
            return null;
        }
        int i = number - live[0].number;
        return i >= 0 && i < live.length ? live[i] : null;
    }

    /** The number of the oldest segment; 0 when the log is empty. */
    int firstNumber() {
        var live = segments;
        return live.length == 0 ? 0 : live[0].number;
    }

    /**
     * The newest version before the segment in which a location lies: what is between it and the
     * newest version that a reader has seen, the reader has missed.
     *
     * @return 0 when the shard begins with this segment, -1 when the segment has been dropped
     */
    public long versionBefore(long location) {
        var segment = segment((int) (location >>> 32));
        return segment == null ? -1 : Math.max(segment.previous, 0);
    }

    /**
     * Where to look for what comes after a version: the beginning of the last segment before which
     * there is nothing newer, or of the oldest when all begin too late. 0 when the log is empty.
     */
    public long locate(long version) {
        var live = segments;
        int i = live.length - 1;
        while (i > 0 && live[i].previous > version) {
            i--;
        }
        return i < 0 ? 0 : location(live[i].number, LogSegment.HEADER_BYTES);
    }

    /** The location of the oldest record; 0 when the log is empty. */
    public long first() {
        var live = segments;
        return live.length == 0 ? 0 : location(live[0].number, live[0].begin);
    }

    /**
     * Steps along the log.
     *
     * @param location of a record, or the end of one
     * @return where the next record begins, or -1 when there is none yet
     */
    public long settle(long location) {
        long at = Math.max(location, first());
        while (at < tail) {
            var segment = segment((int) (at >>> 32));
            if (segment == null) {
                return -1;
            }
            long offset = Math.max(offset(at), segment.begin);
            if (offset < segment.used()) {
                return location(segment.number, offset);
            }
            at = location(segment.number + 1, 0);
        }
        return -1;
    }

    /** Where the record at a location ends. */
    public static long after(long location, MemorySegment memory) {
        return location + RecordLayout.footprint(RecordLayout.length(memory, offset(location)));
    }

    /**
     * Drops the oldest segment, never the one that is written. Returns the location of the oldest
     * record then.
     */
    public long dropFirst() {
        var live = segments;
        if (live.length > 1) {
            bytes.add(-live[0].used());
            segments = Arrays.copyOfRange(live, 1, live.length);
        }
        return first();
    }

    /**
     * The log as it is now, for somebody who reads it in his own time: what is dropped meanwhile
     * stays in it, what is appended does not come in. Shares the records; must not be written.
     */
    public Log snapshot() {
        var frozen = new Log(segmentBytes, soundness);
        frozen.segments = segments;
        frozen.tail = tail;
        frozen.lastTimestamp = lastTimestamp;
        frozen.lastVersion = lastVersion;
        return frozen;
    }

    /** An empty log with segments of the same size. */
    public Log empty() {
        return new Log(segmentBytes);
    }

    /** Visits records in order. */
    public interface Visitor {

        /** One record. Returns false to stop. */
        boolean visit(long location, MemorySegment memory, long offset);
    }

    /** Visits the records from a location on, up to what is published now, or is harmed. */
    public void visit(long from, Visitor visitor) {
        long at = settle(from);
        while (at >= 0) {
            var memory = header(at);
            if (memory == null || !visitor.visit(at, memory, offset(at))) {
                return;
            }
            at = settle(after(at, memory));
        }
    }
}
