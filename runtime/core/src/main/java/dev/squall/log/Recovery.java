package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.memory.Region;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds a shard's log from its files: the longest valid prefix, nothing after it.
 *
 * <p>Records are checked one by one, header and body, and their versions must grow. The first that
 * fails ends the log: its file is cut there, later files are deleted, and {@link
 * Recovered#cutBytes} says how much went. A file that is whole and belongs elsewhere, or is of a
 * later format, is no damage: it is refused, and nothing is cut.
 */
public final class Recovery {

    private final Disk disk;
    private final int shard;
    private final List<LogSegment> segments = new ArrayList<>();
    private long version = Version.NONE;
    private long timestamp;
    private long cut;

    private Recovery(Disk disk, int shard) {
        this.disk = disk;
        this.shard = shard;
    }

    /**
     * What was found.
     *
     * @param log the log, ready for more
     * @param journal its way to disk
     * @param cutBytes bytes behind the valid prefix, removed
     */
    public record Recovered(Log log, Journal journal, long cutBytes) {}

    /** Recovers a shard's log; an empty one when there are no files. */
    public static Recovered recover(Disk disk, int shard) throws IOException {
        return new Recovery(disk, shard).run();
    }

    private Recovered run() throws IOException {
        var names = disk.list(Journal.directory(shard));
        boolean intact = true;
        for (var name : names) {
            int number = numberOf(name);
            if (number < 1) {
                continue; // not ours
            }
            boolean follows = segments.isEmpty() || number == segments.getLast().number + 1;
            if (intact && follows) {
                intact = load(number);
            } else {
                intact = false;
                remove(number);
            }
        }
        return finish();
    }

    private static int numberOf(String name) {
        long number = name.matches("[0-9]{10}\\.log") ? Long.parseLong(name.substring(0, 10)) : -1;
        return number <= Integer.MAX_VALUE ? (int) number : -1;
    }

    /** Returns whether the whole file was valid. */
    private boolean load(int number) throws IOException {
        try (var file = disk.open(Journal.name(shard, number))) {
            long size = file.size();
            var mapped = size == 0 ? MemorySegment.NULL : file.map();
            if (!SegmentHeader.whole(mapped)) {
                cut += size;
                disk.delete(Journal.name(shard, number));
                return false;
            }
            SegmentHeader.check(mapped, shard, number);
            long end = validPrefix(mapped, size);
            var segment = new LogSegment(number, mapped, end);
            segment.lastTimestamp(timestamp);
            segments.add(segment);
            if (end < size) {
                // Mapped pages beyond the cut are never read: used() ends before them.
                cut += size - end;
                file.truncate(end);
                return false;
            }
            return true;
        }
    }

    private long validPrefix(MemorySegment m, long size) {
        long at = LogSegment.HEADER_BYTES;
        while (RecordLayout.valid(m, at, size - at)
                && RecordLayout.version(m, at) > version
                && at + RecordLayout.footprint(RecordLayout.length(m, at)) <= size) {
            version = RecordLayout.version(m, at);
            timestamp = RecordLayout.timestamp(m, at);
            at += RecordLayout.footprint(RecordLayout.length(m, at));
        }
        return at;
    }

    private void remove(int number) throws IOException {
        try (var file = disk.open(Journal.name(shard, number))) {
            cut += file.size();
        }
        disk.delete(Journal.name(shard, number));
    }

    /** The last segment moves to memory of its own, where it can be written on. */
    private Recovered finish() {
        int number = 1;
        long written = 0;
        if (!segments.isEmpty()) {
            var last = segments.getLast();
            number = last.number;
            written = last.used();
            var memory = Region.allocate(Math.max(Log.SEGMENT_BYTES, written));
            MemorySegment.copy(last.memory(), 0, memory, 0, written);
            last.exchange(memory);
        }
        var log =
                new Log(Log.SEGMENT_BYTES, segments.toArray(LogSegment[]::new), version, timestamp);
        return new Recovered(log, new Journal(disk, shard, log, number, written), cut);
    }
}
