package dev.squall.log;

import dev.squall.base.Version;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A log's way to disk: one file per segment, {@code shard-N/0000000001.log}, appended from the
 * log's own memory and synced once for everything that has come meanwhile (group commit).
 *
 * <p>A disk that has failed to sync may have forgotten what it was given, and take the next sync
 * for a success all the same. So after any failure everything since the last good sync is written
 * again, from memory.
 *
 * <p>What a file has behind the log's end may be old: it may have been that of a dropped segment
 * (see {@link Spares}). An {@link EndMark} says so, until the segment is complete and the file is
 * cut to its length.
 *
 * <p>Single-threaded: belongs to the persist agent, which publishes {@link #persistedVersion}.
 */
public final class Journal implements AutoCloseable {

    /** What is read back of a file in one step: 4 KiB. */
    private static final int COMPARED_BYTES = 4 << 10;

    private final Disk disk;
    private final int shard;
    private final Log log;
    private Disk.@Nullable DiskFile file;
    private final Spares spares;
    private final MemorySegment endMark = Arena.ofAuto().allocate(EndMark.BYTES, EndMark.BYTES);
    final Patience patience = new Patience();
    private int number;
    private long written;
    private long synced;

    /** A segment that another journal began: there may be readers who mapped its file before. */
    private final int recovered;

    /** What the file had when it was opened. */
    private long old;

    private int firstNumber;
    private int skipped;
    private volatile long persistedVersion;

    /** A journal that goes on where recovery ended. */
    Journal(Disk disk, int shard, Log log, int number, long written) {
        this.disk = disk;
        this.shard = shard;
        this.log = log;
        this.spares = new Spares(disk, shard);
        this.number = number;
        this.written = written;
        this.recovered = written > 0 ? number : 0;
        this.synced = written;
        this.firstNumber = log.firstNumber();
        this.persistedVersion = log.lastVersion();
    }

    /** Where the files of a shard lie. */
    public static String directory(int shard) {
        return "shard-" + shard;
    }

    /** The file of a segment. */
    public static String name(int shard, int number) {
        return "%s/%010d.log".formatted(directory(shard), number);
    }

    /** The newest version that is on stable storage, with everything before it. */
    public long persistedVersion() {
        return persistedVersion;
    }

    /** The shard's number in the cluster. */
    public int shard() {
        return shard;
    }

    /** The first segment that may not be on disk to its end; by the persist agent. */
    public int sealedBefore() {
        return number;
    }

    /** Whether the disk has exactly those segments that a log has, as far as it has come. */
    public boolean beginsLike(Log other) {
        return firstNumber == other.firstNumber() && number > firstNumber;
    }

    /** Whether the log has more than the disk. */
    boolean behind() {
        return log.lastVersion() != persistedVersion;
    }

    /**
     * Writes and syncs what the log has taken since the last call.
     *
     * @return bytes written
     * @throws IOException when the disk refuses; nothing more is persisted then, and the next call
     *     begins where the last good sync ended
     */
    public long persist() throws IOException {
        // Read before the version: what newer versions will have dropped is not deleted before
        // them.
        int first = log.firstNumber();
        long version = log.lastVersion();
        if (version == persistedVersion) {
            deleteBefore(first);
            return 0;
        }
        try {
            long bytes = carry();
            forgetSkipped();
            persistedVersion = version;
            deleteBefore(first);
            return bytes;
        } catch (IOException e) {
            written = Math.min(written, synced);
            closeQuietly();
            throw e;
        }
    }

    private long carry() throws IOException {
        long tail = log.tail();
        long bytes = 0;
        while (number < (int) (tail >>> 32)) {
            bytes += write(Long.MAX_VALUE);
            seal();
        }
        bytes += write(Log.offset(tail));
        sync();
        return bytes;
    }

    private void sync() throws IOException {
        if (file != null) {
            file.sync();
            synced = written;
        }
    }

    private long write(long upTo) throws IOException {
        var segment = log.segment(number);
        if (segment == null) {
            skipped = Math.max(skipped, number); // dropped before all of it was written
            return 0;
        }
        long to = Math.min(upTo, segment.used());
        if (to <= written) {
            return 0;
        }
        var out = opened(segment);
        if (written == 0) {
            SegmentHeader.write(segment.memory(), shard, segment, old);
        }
        if (to < old) {
            EndMark.write(endMark, shard, number, to);
            out.write(endMark, 0, EndMark.BYTES, to);
        }
        long from = written;
        out.write(segment.memory(), from, to - from, from);
        written = to;
        return to - from;
    }

    private Disk.DiskFile opened(LogSegment segment) throws IOException {
        var out = file;
        if (out == null) {
            if (written == 0) {
                spares.furnish(number, segment.previous);
            }
            out = disk.open(name(shard, number));
            file = out;
            old = out.size();
        }
        return out;
    }

    /** The current segment is complete: sync it, then let the page cache hold its memory. */
    private void seal() throws IOException {
        var segment = log.segment(number);
        if (segment != null && written > 0) {
            var out = opened(segment);
            sync();
            if (out.size() > segment.used()) {
                out.truncate(segment.used());
            }
            var mapped = out.map();
            if (!same(mapped, segment.memory(), segment.used())) {
                synced = 0;
                throw new IOException(name(shard, number) + " does not read back as written");
            }
            segment.exchange(mapped);
            if (number != recovered) {
                spares.complete(number, mapped, newest(mapped), out.lease(mapped));
            }
        }
        closeFile();
        number++;
        written = 0;
        synced = 0;
    }

    /**
     * Piece by piece: a single call for all of it came so rarely that it was never compiled, and
     * took the persist agent as long as everything that it wrote.
     */
    private static boolean same(MemorySegment file, MemorySegment memory, long bytes) {
        boolean same = file.byteSize() == bytes;
        for (long at = 0; same && at < bytes; at += COMPARED_BYTES) {
            long end = Math.min(bytes, at + COMPARED_BYTES);
            same = MemorySegment.mismatch(file, at, end, memory, at, end) < 0;
        }
        return same;
    }

    /** In pieces, too. */
    private static long newest(MemorySegment file) {
        long newest = Version.NONE;
        for (long at = 0; at < file.byteSize(); at += COMPARED_BYTES) {
            long end = Math.min(file.byteSize(), at + COMPARED_BYTES);
            newest = Math.max(newest, Spares.newest(file, at, end));
        }
        return newest;
    }

    /**
     * A file that ends before its segment did must not come back after a power failure: recovery
     * would cut off all that is behind it. So it is gone for good before that is acknowledged.
     */
    private void forgetSkipped() throws IOException {
        if (skipped >= firstNumber && number > skipped) {
            deleteBefore(skipped + 1);
            if (!disk.list(directory(shard)).isEmpty()) {
                disk.syncDirectory(directory(shard));
            }
        }
    }

    private void deleteBefore(int first) throws IOException {
        for (; firstNumber < first; firstNumber++) {
            if (firstNumber > 0) {
                spares.drop(firstNumber, log.bytes());
            }
        }
    }

    private void closeQuietly() {
        spares.release();
        try {
            closeFile();
        } catch (IOException _) {
            file = null; // whatever it held is written again
        }
    }

    /** Gives up what only saves time: something finds no room on the disk. */
    void makeRoom() {
        spares.release();
    }

    /** Closes and deletes everything. */
    void deleteAll() throws IOException {
        close();
        for (var file : disk.list(directory(shard))) {
            disk.delete(directory(shard) + "/" + file);
        }
    }

    @Override
    public void close() throws IOException {
        spares.release();
        closeFile();
    }

    private void closeFile() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
