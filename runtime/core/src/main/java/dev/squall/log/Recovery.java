package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.memory.Region;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a shard's log from its files: the longest valid prefix, nothing after it, and nothing
 * before a segment that does not follow on the one before it.
 *
 * <p>Where a {@link Checkpoint} says what the oldest segments come to, these are only compared with
 * what it says of them: their records are checked when they are read, or by and by ({@link
 * Soundness}, {@link Scrub}). If anything does not fit, the checkpoint goes and the log is read as
 * a whole.
 *
 * <p>A file that was another segment's before may end at an {@link EndMark}: then what is behind it
 * is old, and cut off without a word.
 *
 * <p>Records are checked one by one, header and body, and their versions must grow. The first that
 * fails ends the log: its file is cut there and later files are deleted, once {@link CutOff} has
 * kept what goes. The deletes are on disk before the cut, or a power failure could bring back what
 * no longer follows. Nobody can tell a write that a crash tore from a bit that turned over later,
 * in what was acknowledged: so before anything is cut, {@link Damage} is told. A file that is whole
 * and belongs elsewhere, or is of a later format, is no damage: it is refused, and nothing is cut.
 *
 * <p>A sync that failed may have been forgotten by the system since, and what is read may be in its
 * memory alone. So the last file, the only one whose sync is not proven by a later one, is written
 * and synced once more.
 */
public final class Recovery {

    private final Disk disk;
    private final int shard;
    private final int segmentBytes;
    private final long limit;
    private final Damage damage;
    private boolean told;
    private final List<LogSegment> segments = new ArrayList<>();
    private long version = Version.NONE;
    private long timestamp;
    private long cut;
    private final CutOff cutOff;
    private final List<Integer> gone = new ArrayList<>();
    private final List<Integer> earlier = new ArrayList<>();
    private int cutNumber;
    private long cutAt;
    private int newest;
    private @Nullable Checkpoint believed;

    /** Told, before anything is cut off, that a part of the log is not what was written. */
    public interface Damage {

        /** What was found, and where. */
        void found(String what) throws IOException;
    }

    private Recovery(
            Disk disk, int shard, int segmentBytes, long limit, long micros, Damage damage) {
        this.limit = limit;
        this.damage = damage;
        this.cutOff = new CutOff(disk, shard, micros);
        this.disk = disk;
        this.shard = shard;
        this.segmentBytes = segmentBytes;
    }

    /**
     * What was found.
     *
     * @param log the log, ready for more
     * @param journal its way to disk
     * @param cutBytes bytes behind the valid prefix, removed
     * @param kept where these are now; null when none of them said anything
     * @param checkpoint what the oldest segments come to; null = nobody says
     * @param scrub reads these, which nobody has
     */
    public record Recovered(
            Log log,
            Journal journal,
            long cutBytes,
            CutOff.@Nullable Kept kept,
            @Nullable Checkpoint checkpoint,
            Scrub scrub) {}

    /**
     * Recovers a shard's log; an empty one when there are no files.
     *
     * @param segmentBytes the size of a segment: the same at all replicas
     * @param micros the time, to name what is cut off
     */
    public static Recovered recover(Disk disk, int shard, int segmentBytes, long micros)
            throws IOException {
        return recover(disk, shard, segmentBytes, Long.MAX_VALUE, micros, _ -> {});
    }

    /**
     * Recovers a shard's log up to a version: what lies behind, the others have never agreed on.
     *
     * @param limit the newest version that is kept
     * @param damage told before anything is cut but for the limit
     * @throws IOException also when what is cut off cannot be kept: then nothing is cut
     */
    public static Recovered recover(
            Disk disk, int shard, int segmentBytes, long limit, long micros, Damage damage)
            throws IOException {
        try {
            Checkpoint.tidy(disk, shard);
            Spares.tidy(disk, shard);
            var checkpoint = Checkpoint.read(disk, shard);
            if (checkpoint != null && checkpoint.endsBy(limit)) {
                var quick = new Recovery(disk, shard, segmentBytes, limit, micros, damage);
                if (quick.believes(checkpoint)) {
                    return quick.run();
                }
            }
            Checkpoint.delete(disk, shard); // before anything that it covers is cut
            return new Recovery(disk, shard, segmentBytes, limit, micros, damage).run();
        } catch (InternalError e) {
            throw new IOException("a mapped file cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether there is a log of a shard, or some of it. */
    public static boolean has(Disk disk, int shard) throws IOException {
        return disk.list(Journal.directory(shard)).stream().anyMatch(n -> numberOf(n) > 0);
    }

    private List<Integer> numbers() throws IOException {
        return disk.list(Journal.directory(shard)).stream()
                .map(Recovery::numberOf)
                .filter(number -> number > 0) // others are not ours
                .toList();
    }

    /**
     * Takes the segments of a checkpoint as it says. The newest of them is checked nevertheless: if
     * all that is behind it was lost, it is written on.
     */
    private boolean believes(Checkpoint checkpoint) throws IOException {
        var numbers = Set.copyOf(numbers());
        for (var sealed : checkpoint.segments()) {
            boolean there = numbers.contains(sealed.number());
            boolean trimmed = !there && segments.isEmpty();
            if (!trimmed && !(there && fits(sealed))) {
                return false;
            }
        }
        if (segments.isEmpty()) {
            return false; // retention has dropped all of them since
        }
        var last = segments.getLast();
        version = last.previous;
        timestamp = last.lastTimestamp();
        long end = validPrefix(last.memory(), last.begin, last.used());
        believed = checkpoint;
        return end == last.used()
                && version == checkpoint.version()
                && timestamp == checkpoint.timestamp();
    }

    private boolean fits(Checkpoint.Sealed sealed) throws IOException {
        try (var file = disk.open(Journal.name(shard, sealed.number()))) {
            if (file.size() != sealed.used()) {
                return false;
            }
            var mapped = file.map();
            boolean same =
                    SegmentHeader.whole(mapped)
                            && SegmentHeader.previous(mapped) == sealed.previous();
            if (same) {
                SegmentHeader.check(mapped, shard, sealed.number());
                segments.add(segment(sealed, mapped));
            }
            return same;
        }
    }

    private static LogSegment segment(Checkpoint.Sealed sealed, MemorySegment mapped) {
        int prologue = SegmentHeader.prologue(mapped);
        var segment =
                new LogSegment(sealed.number(), sealed.previous(), prologue, mapped, sealed.used());
        segment.lastTimestamp(sealed.lastTimestamp());
        return segment;
    }

    private Recovered run() throws IOException {
        int from = segments.isEmpty() ? 0 : segments.getLast().number + 1;
        int first = segments.isEmpty() ? 0 : segments.getFirst().number;
        boolean intact = true;
        var numbers = numbers();
        newest = numbers.isEmpty() ? 0 : numbers.getLast();
        for (int number : numbers) {
            if (number < first) {
                earlier.add(number); // had been trimmed; its deletion was not on disk
            } else if (number >= from && intact) {
                intact = load(number);
            } else if (number >= from) {
                removeWhole(number);
            }
        }
        var kept = cutOff.write(Math.max(1, cutNumber), version);
        cut();
        return finish(kept);
    }

    /** Now that it is kept, it goes: the newest first, so that no gap is left at any time. */
    private void cut() throws IOException {
        for (int number : gone.reversed()) {
            disk.delete(Journal.name(shard, number));
        }
        if (!gone.isEmpty()) {
            disk.syncDirectory(Journal.directory(shard));
        }
        if (cutAt > 0) {
            try (var file = disk.open(Journal.name(shard, cutNumber))) {
                file.truncate(cutAt);
            }
        }
        for (int number : earlier) {
            disk.delete(Journal.name(shard, number));
        }
    }

    private static int numberOf(String name) {
        long number = name.matches("[0-9]{10}\\.log") ? Long.parseLong(name.substring(0, 10)) : -1;
        return number <= Integer.MAX_VALUE ? (int) number : -1;
    }

    /** Returns whether the log may go on behind this file: whether the whole of it was valid. */
    private boolean load(int number) throws IOException {
        try (var file = disk.open(Journal.name(shard, number))) {
            long size = file.size();
            var mapped = size == 0 ? MemorySegment.NULL : file.map();
            if (SegmentHeader.notBegun(mapped, shard, number)) {
                gone.add(number);
                return false;
            }
            if (!SegmentHeader.whole(mapped)) {
                tell(size > 0, number, 0);
                remove(number, mapped, 0, size);
                return false;
            }
            SegmentHeader.check(mapped, shard, number);
            boolean follows = follows(number, mapped);
            int prologue = SegmentHeader.prologue(mapped);
            long begin = LogSegment.begin(prologue);
            long before = version;
            version = Math.max(version, SegmentHeader.previous(mapped)); // old records are older
            long end = validPrefix(mapped, begin, size);
            boolean marked = number == newest && EndMark.stands(mapped, end);
            tell(end < size && !marked && !beyond(mapped, end, size), number, end);
            if (end == begin) {
                remove(number, mapped, begin, size); // without a record it had not begun
                version = before;
                return false;
            }
            if (!follows) {
                forgetEarlier();
            }
            var segment =
                    new LogSegment(number, SegmentHeader.previous(mapped), prologue, mapped, end);
            segment.lastTimestamp(timestamp);
            segments.add(segment);
            if (end < size) {
                // Mapped pages beyond the cut are never read: used() ends before them.
                long to = marked ? end : EndMark.reach(mapped, end, version);
                cutOff.add(mapped, end, to, version);
                cut += to - end;
                cutNumber = number;
                cutAt = end;
            }
            return end == size;
        }
    }

    /** Whether a file goes on where the one before ends; asked before its records are read. */
    private boolean follows(int number, MemorySegment mapped) {
        return segments.isEmpty()
                || (number == segments.getLast().number + 1
                        && SegmentHeader.previous(mapped) == version);
    }

    /** They end too early, though nothing is broken: retention had dropped them from the log. */
    private void forgetEarlier() throws IOException {
        segments.forEach(segment -> earlier.add(segment.number));
        segments.clear();
        if (believed != null) {
            believed = null;
            Checkpoint.delete(disk, shard);
        }
    }

    private long validPrefix(MemorySegment m, long begin, long size) {
        long at = begin;
        while (RecordLayout.valid(m, at, size - at)
                && RecordLayout.version(m, at) > version
                && RecordLayout.version(m, at) <= limit
                && at + RecordLayout.footprint(RecordLayout.length(m, at)) <= size) {
            version = RecordLayout.version(m, at);
            timestamp = RecordLayout.timestamp(m, at);
            at += RecordLayout.footprint(RecordLayout.length(m, at));
        }
        return at;
    }

    /** Whether the record here is whole, and only newer than what is kept. */
    private boolean beyond(MemorySegment m, long at, long size) {
        return RecordLayout.valid(m, at, size - at) && RecordLayout.version(m, at) > limit;
    }

    private void tell(boolean harmed, int number, long at) throws IOException {
        if (harmed && !told) {
            told = true;
            damage.found(
                    "%s is not what was written from byte %d on"
                            .formatted(Journal.name(shard, number), at));
        }
    }

    private void removeWhole(int number) throws IOException {
        try (var file = disk.open(Journal.name(shard, number))) {
            long size = file.size();
            var mapped = size == 0 ? MemorySegment.NULL : file.map();
            boolean whole = SegmentHeader.whole(mapped);
            if (SegmentHeader.notBegun(mapped, shard, number)) {
                gone.add(number);
                return;
            }
            long from = whole ? LogSegment.begin(SegmentHeader.prologue(mapped)) : 0;
            remove(number, mapped, from, size);
        }
    }

    /** A file goes, and with it the records from a place on. */
    private void remove(int number, MemorySegment m, long from, long size) {
        long to = SegmentHeader.whole(m) ? EndMark.reach(m, from, version) : size;
        cutOff.add(m, from, to, version);
        cut += to;
        gone.add(number);
        cutNumber = cutNumber == 0 ? number : cutNumber;
    }

    /** The last segment moves to memory of its own, where it can be written on. */
    private Recovered finish(CutOff.@Nullable Kept kept) throws IOException {
        int number = 1;
        long written = 0;
        if (!segments.isEmpty()) {
            var last = segments.getLast();
            number = last.number;
            written = last.used();
            var memory = Region.allocate(Math.max(segmentBytes, written));
            MemorySegment.copy(last.memory(), 0, memory, 0, written);
            last.exchange(memory);
            try (var file = disk.open(Journal.name(shard, number))) {
                file.write(memory, 0, written, 0);
                file.sync();
            }
        }
        var log = new Log(segmentBytes, segments.toArray(LogSegment[]::new), version, timestamp);
        var journal = new Journal(disk, shard, log, number, written);
        return new Recovered(log, journal, cut, kept, believed, new Scrub(log, believed));
    }
}
