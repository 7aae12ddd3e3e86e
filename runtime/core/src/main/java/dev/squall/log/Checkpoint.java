package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a shard's log comes to up to the end of a segment, in the file {@code shard-N/checkpoint}:
 * which segments there were, and what their owner made of them, as bytes that only it understands.
 * A restart reads it and the records behind it, instead of all records (as in ARIES, Mohan et al.,
 * 1992; but nothing here is ever undone).
 *
 * <p>A checkpoint is a shortcut and no more: whatever speaks against it, it goes, and the log is
 * read as a whole. It covers only segments that are on disk to their end, it comes to stand under
 * its name as a whole or not at all, and before a log is cut where it covers, it is deleted.
 *
 * <pre>
 *   0 magic i64 "SQUALLCP", format i32, shard i32, version i64, timestamp i64,
 *  32 first segment i32, segments i32, bytes of the state i64,
 *  48 crc32c i32 of bytes 0..47, crc32c i32 of everything behind 64, zeros
 *  64 each segment: previous i64, used i64, lastTimestamp i64; then the state
 * </pre>
 */
public final class Checkpoint {

    /** Other ones are not believed: the log says it all. */
    static final int FORMAT = 4;

    private static final String NAME = "checkpoint";
    private static final String UNFINISHED = "checkpoint-[0-9]+\\.new";
    private static final long MAGIC = 0x5043_4c4c_4155_5153L;
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 24;

    /** Written and summed in pieces of 1 MiB. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A segment that is on disk to its end: where its bytes end, and what stands around them. */
    record Sealed(int number, long previous, long used, long lastTimestamp) {}

    private final long version;
    private final long timestamp;
    private final List<Sealed> segments;
    private final MemorySegment state;

    private Checkpoint(long version, long timestamp, List<Sealed> segments, MemorySegment state) {
        this.version = version;
        this.timestamp = timestamp;
        this.segments = List.copyOf(segments);
        this.state = state;
    }

    /**
     * Of the oldest segments of a log, which are on disk to their end.
     *
     * @param end the first segment that it does not cover; one before it does
     * @param version the newest version before that segment
     * @param timestamp its time
     * @param state what they came to
     */
    public static Checkpoint of(
            Log log, int end, long version, long timestamp, MemorySegment state) {
        var sealed = new ArrayList<Sealed>();
        for (int number = log.firstNumber(); number < end; number++) {
            var segment = log.segment(number);
            if (segment == null) {
                throw new IllegalArgumentException("segment " + number + " is not in the log");
            }
            sealed.add(
                    new Sealed(number, segment.previous, segment.used(), segment.lastTimestamp()));
        }
        return new Checkpoint(version, timestamp, sealed, state);
    }

    /** The newest version that it covers. */
    public long version() {
        return version;
    }

    /** The time of {@link #version}. */
    public long timestamp() {
        return timestamp;
    }

    /** What the log's owner made of it. */
    public MemorySegment state() {
        return state;
    }

    /** The number of the oldest segment that it covers. */
    public int firstNumber() {
        return segments.getFirst().number();
    }

    /** The number of the first segment that it does not cover. */
    public int end() {
        return segments.getLast().number() + 1;
    }

    /** Where the records begin that it does not cover. */
    public long endLocation() {
        return (long) end() << 32;
    }

    List<Sealed> segments() {
        return segments;
    }

    /** Whether a log goes on where this ends, and those segments that both have are the same. */
    public boolean describes(Log log) {
        return end() >= log.firstNumber()
                && segments.stream()
                        .allMatch(sealed -> {
                            var segment = log.segment(sealed.number());
                            return segment == null
                                    || (segment.previous == sealed.previous()
                                            && segment.used() == sealed.used());
                        });
    }

    /**
     * Writes it to a file of its own and syncs it. Nobody believes it before {@link #publish}.
     *
     * @param serial of this writing: no other one in this process has it
     * @return the file
     */
    public String write(Disk disk, int shard, long serial) throws IOException {
        var name = "%s/%s-%d.new".formatted(Journal.directory(shard), NAME, serial);
        try {
            writeTo(disk, name, shard);
            return name;
        } catch (IOException e) {
            disk.delete(name); // it may have been what filled the disk
            throw e;
        }
    }

    private void writeTo(Disk disk, String name, int shard) throws IOException {
        try (var arena = Arena.ofConfined();
                var file = disk.open(name)) {
            long begin = HEADER_BYTES + (long) SEGMENT_BYTES * segments.size();
            var head = Region.allocate(begin, arena);
            writeSegments(head);
            writeHeader(head, shard, sum(head, state));
            file.truncate(0);
            file.write(head, 0, begin, 0);
            for (long at = 0; at < state.byteSize(); at += PIECE_BYTES) {
                long length = Math.min(PIECE_BYTES, state.byteSize() - at);
                file.write(state, at, length, begin + at);
            }
            file.sync();
        }
    }

    private void writeSegments(MemorySegment m) {
        long at = HEADER_BYTES;
        for (var sealed : segments) {
            m.set(LONG, at, sealed.previous());
            m.set(LONG, at + 8, sealed.used());
            m.set(LONG, at + 16, sealed.lastTimestamp());
            at += SEGMENT_BYTES;
        }
    }

    private void writeHeader(MemorySegment m, int shard, int sum) {
        m.set(LONG, 0, MAGIC);
        m.set(INT, 8, FORMAT);
        m.set(INT, 12, shard);
        m.set(LONG, 16, version);
        m.set(LONG, 24, timestamp);
        m.set(INT, 32, firstNumber());
        m.set(INT, 36, segments.size());
        m.set(LONG, 40, state.byteSize());
        m.set(INT, 48, crc(m.asSlice(0, 48)));
        m.set(INT, 52, sum);
    }

    /** What was written is the shard's checkpoint from now on. */
    public static void publish(Disk disk, int shard, String written) throws IOException {
        disk.rename(written, file(shard));
        disk.syncDirectory(Journal.directory(shard));
    }

    private static String file(int shard) {
        return Journal.directory(shard) + "/" + NAME;
    }

    /** The shard's checkpoint, or null when there is none that is whole and can be read. */
    public static @Nullable Checkpoint read(Disk disk, int shard) throws IOException {
        if (!disk.list(Journal.directory(shard)).contains(NAME)) {
            return null;
        }
        try (var file = disk.open(file(shard))) {
            return file.size() < HEADER_BYTES ? null : read(file.map(), shard);
        } catch (InternalError _) { // what a page of a mapped file that cannot be read throws
            return null;
        }
    }

    private static @Nullable Checkpoint read(MemorySegment m, int shard) {
        int count = m.get(INT, 36);
        boolean ours =
                m.get(LONG, 0) == MAGIC
                        && m.get(INT, 48) == crc(m.asSlice(0, 48))
                        && m.get(INT, 8) == FORMAT
                        && m.get(INT, 12) == shard
                        && count > 0;
        long begin = HEADER_BYTES + (long) SEGMENT_BYTES * count;
        if (!ours || m.byteSize() != begin + m.get(LONG, 40)) {
            return null;
        }
        var state = m.asSlice(begin);
        if (m.get(INT, 52) != sum(m.asSlice(0, begin), state)) {
            return null;
        }
        var sealed = new ArrayList<Sealed>(count);
        for (int i = 0; i < count; i++) {
            long at = HEADER_BYTES + (long) SEGMENT_BYTES * i;
            sealed.add(
                    new Sealed(
                            m.get(INT, 32) + i,
                            m.get(LONG, at),
                            m.get(LONG, at + 8),
                            m.get(LONG, at + 16)));
        }
        return new Checkpoint(m.get(LONG, 16), m.get(LONG, 24), sealed, state);
    }

    /** Deletes a shard's checkpoint; durably, so that what it covers may be cut. */
    public static void delete(Disk disk, int shard) throws IOException {
        if (disk.list(Journal.directory(shard)).contains(NAME)) {
            disk.delete(file(shard));
            disk.syncDirectory(Journal.directory(shard));
        }
    }

    /** Deletes what a process that died has left unfinished. */
    static void tidy(Disk disk, int shard) throws IOException {
        for (var name : disk.list(Journal.directory(shard))) {
            if (name.matches(UNFINISHED)) {
                disk.delete(Journal.directory(shard) + "/" + name);
            }
        }
    }

    /** Whether a checkpoint could cover this at all: some version and the time of one. */
    boolean endsBy(long limit) {
        return version > Version.NONE && version <= limit;
    }

    private static int sum(MemorySegment head, MemorySegment state) {
        var crc = new CRC32C();
        update(crc, head.asSlice(HEADER_BYTES));
        update(crc, state);
        return (int) crc.getValue();
    }

    private static int crc(MemorySegment m) {
        var crc = new CRC32C();
        update(crc, m);
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, MemorySegment m) {
        for (long at = 0; at < m.byteSize(); at += PIECE_BYTES) {
            crc.update(m.asSlice(at, Math.min(PIECE_BYTES, m.byteSize() - at)).asByteBuffer());
        }
    }
}
