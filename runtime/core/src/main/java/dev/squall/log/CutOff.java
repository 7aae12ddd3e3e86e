package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.memory.Align;
import dev.squall.memory.Region;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be cut off a shard's log, because it is damaged or the group never agreed on it:
 * kept in a file beside the log, {@code shard-N/cut-MICROS.log}, before it goes, so that people can
 * look at it. Nothing here ever comes back into a log by itself.
 *
 * <p>The file begins like a segment and holds the records that went, in their order, each with its
 * version and time. What went and is no record stands in one of kind {@link
 * RecordLayout#KIND_DAMAGED}, byte by byte. A shard keeps {@link #FILES_MAX} such files and {@link
 * #BYTES_MAX}; the oldest go. Of more than that only the end is kept.
 *
 * <p>Belongs to one thread.
 */
public final class CutOff {

    /** Files that a shard keeps. */
    public static final int FILES_MAX = 16;

    /** Bytes that a shard keeps in them, unless a single record is longer: 64 MiB. */
    public static final long BYTES_MAX = 64 << 20;

    /** A range of memory: one record of the log, or damage. */
    private record Piece(MemorySegment memory, long from, long to, boolean whole) {

        long footprint() {
            long length = to - from + (whole ? 0 : RecordLayout.HEADER_BYTES);
            return RecordLayout.footprint(length);
        }
    }

    /**
     * What was kept.
     *
     * @param file its name
     * @param records how many records
     * @param first the first one's version; 0 = there are none
     * @param last the last one's version
     * @param damaged bytes that are no record
     * @param passedOver records and damages that came before and were too many to be kept
     */
    public record Kept(
            String file, int records, long first, long last, long damaged, int passedOver) {

        @Override
        public String toString() {
            return "%s keeps %d records, versions %s to %s, and %d bytes that are no record%s"
                    .formatted(
                            file,
                            records,
                            text(first),
                            text(last),
                            damaged,
                            passedOver == 0
                                    ? ""
                                    : "; " + passedOver + " before them were too many");
        }

        private static String text(long version) {
            return Version.view(version) + ":" + Version.sequence(version);
        }
    }

    private final Disk disk;
    private final int shard;
    private final long micros;
    private final List<Piece> pieces = new ArrayList<>();

    /**
     * @param micros the time, for the name
     */
    public CutOff(Disk disk, int shard, long micros) {
        this.disk = disk;
        this.shard = shard;
        this.micros = micros;
    }

    /** Whether a file keeps what was cut off some log. */
    static boolean isName(String name) {
        return name.matches("cut-[0-9]{16}\\.log");
    }

    /**
     * A range of a segment is about to go; its memory must stay as it is until it is written.
     *
     * @param version records are newer than this; what is not is old bytes of a file, and no record
     */
    void add(MemorySegment m, long from, long to, long version) {
        long at = from;
        long damage = from;
        while (at < to) {
            if (!RecordLayout.valid(m, at, to - at) || RecordLayout.version(m, at) <= version) {
                at += Align.RECORD_BYTES;
                continue;
            }
            addDamage(m, damage, at);
            long end = at + RecordLayout.length(m, at);
            pieces.add(new Piece(m, at, end, true));
            at += RecordLayout.footprint(RecordLayout.length(m, at));
            damage = at;
        }
        addDamage(m, damage, to);
    }

    private void addDamage(MemorySegment m, long from, long to) {
        if (from < to) {
            pieces.add(new Piece(m, from, to, false));
        }
    }

    /** Everything behind a version is about to go. */
    public CutOff behind(Log log, long version) {
        log.visit(
                log.first(),
                (_, m, at) -> {
                    if (RecordLayout.version(m, at) > version) {
                        pieces.add(new Piece(m, at, at + RecordLayout.length(m, at), true));
                    }
                    return true;
                });
        return this;
    }

    /**
     * Writes the file; what was added may go once this returns.
     *
     * @param number the segment in which the cut begins
     * @param previous the newest version that stays
     * @return null when there is nothing to keep
     * @throws IOException when it cannot be written: then nothing may be cut
     */
    public @Nullable Kept write(int number, long previous) throws IOException {
        if (pieces.isEmpty()) {
            return null;
        }
        int from = pieces.size() - 1;
        long bytes = LogSegment.HEADER_BYTES + pieces.get(from).footprint();
        while (from > 0 && bytes + pieces.get(from - 1).footprint() <= BYTES_MAX) {
            from--;
            bytes += pieces.get(from).footprint();
        }
        var kept = pieces.subList(from, pieces.size());
        var name = makeRoom(bytes);
        try (var file = disk.open(Journal.directory(shard) + "/" + name)) {
            writeHeader(file, number, previous);
            long at = LogSegment.HEADER_BYTES;
            for (var piece : kept) {
                write(file, piece, at);
                at += piece.footprint();
            }
            file.sync();
        }
        var records = kept.stream().filter(Piece::whole).toList();
        return new Kept(
                name,
                records.size(),
                records.isEmpty() ? 0 : version(records.getFirst()),
                records.isEmpty() ? 0 : version(records.getLast()),
                kept.stream().filter(p -> !p.whole()).mapToLong(p -> p.to() - p.from()).sum(),
                from);
    }

    private static long version(Piece piece) {
        return RecordLayout.version(piece.memory(), piece.from());
    }

    private void writeHeader(Disk.DiskFile file, int number, long previous) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var m = arena.allocate(LogSegment.HEADER_BYTES, Align.RECORD_BYTES);
            var begin = new LogSegment(number, previous, 0, m, LogSegment.HEADER_BYTES);
            SegmentHeader.write(m, shard, begin, 0);
            file.write(m, 0, LogSegment.HEADER_BYTES, 0);
        }
    }

    private static void write(Disk.DiskFile file, Piece piece, long at) throws IOException {
        long there = piece.memory().byteSize() - piece.from();
        if (piece.whole() && there >= piece.footprint()) {
            file.write(piece.memory(), piece.from(), piece.footprint(), at);
            return;
        }
        long length = piece.to() - piece.from();
        long header = piece.whole() ? 0 : RecordLayout.HEADER_BYTES;
        try (var arena = Arena.ofConfined()) {
            var m = Region.allocate(piece.footprint(), arena);
            if (!piece.whole()) {
                RecordLayout.writeHeader(m, 0, RecordLayout.KIND_DAMAGED, 0, 0, (int) length);
            }
            MemorySegment.copy(piece.memory(), piece.from(), m, header, length);
            if (!piece.whole()) {
                RecordLayout.seal(m, 0);
                RecordLayout.commit(m, 0, Version.NONE, 0);
            }
            file.write(m, 0, piece.footprint(), at);
        }
    }

    /** Deletes the oldest files until one more fits. Returns its name. */
    private String makeRoom(long bytes) throws IOException {
        var files = new ArrayDeque<String>();
        long sum = bytes;
        for (var name : disk.list(Journal.directory(shard))) {
            if (isName(name)) {
                files.add(name);
                sum += size(name);
            }
        }
        long newest = files.isEmpty() ? 0 : Long.parseLong(files.getLast().substring(4, 20));
        while (files.size() >= FILES_MAX || (sum > BYTES_MAX && !files.isEmpty())) {
            var oldest = files.remove();
            sum -= size(oldest);
            disk.delete(Journal.directory(shard) + "/" + oldest);
        }
        return "cut-%016d.log".formatted(Math.max(micros, newest + 1));
    }

    private long size(String name) throws IOException {
        try (var file = disk.open(Journal.directory(shard) + "/" + name)) {
            return file.size();
        }
    }

    /** Deletes what was kept of a shard. */
    public static void deleteAll(Disk disk, int shard) throws IOException {
        for (var name : disk.list(Journal.directory(shard))) {
            if (isName(name)) {
                disk.delete(Journal.directory(shard) + "/" + name);
            }
        }
    }
}
