package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.memory.Align;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of dropped segments, to be written over as the next ones: {@code
 * shard-N/spare-NNNNNNNNNN}. A file system that appends changes its journal with each sync; one
 * that overwrites blocks which were written before does not, and is several times as fast. So
 * PostgreSQL treats its write-ahead log, and RocksDB.
 *
 * <p><b>Nobody reads it.</b> A file is written over only when nobody can reach the memory that it
 * was mapped to (see {@link Disk.Lease}). Until then it waits here.
 *
 * <p><b>Nothing old is taken for new.</b> In all of a file there is nothing that has the header of
 * a record newer than what is before the next segment: its own records are older, and what users
 * put there that only looks like a record was looked for when the file was complete. Recovery takes
 * no record unless it is newer than all before it.
 *
 * <p><b>Limits.</b> As many bytes as the log has, and {@link #BYTES_MAX}; whatever is more is
 * deleted at once. All are deleted when the shard's disk fails or is full, when the journal ends,
 * and by recovery.
 *
 * <p>Belongs to the journal's thread.
 */
final class Spares {

    /** What a shard keeps at most: 512 MiB. */
    static final long BYTES_MAX = 512L << 20;

    private static final String NAME = "spare-[0-9]{10}";

    /**
     * A file that is complete.
     *
     * @param newest the newest version that anything in it could be taken for
     */
    private record Spare(int number, long bytes, long newest, Disk.Lease lease) {}

    private final Disk disk;
    private final int shard;
    private final Map<Integer, Spare> complete = new HashMap<>();
    private final ArrayDeque<Spare> kept = new ArrayDeque<>();
    private long bytes;

    /** Whether a file has a name that is not sure yet. */
    private boolean renamed;

    Spares(Disk disk, int shard) {
        this.disk = disk;
        this.shard = shard;
    }

    private String name(int number) {
        return "%s/spare-%010d".formatted(Journal.directory(shard), number);
    }

    /** The file of a segment is complete, and the log reads it as this memory from now on. */
    void complete(int number, MemorySegment mapped, long newest, Disk.Lease lease) {
        complete.put(number, new Spare(number, mapped.byteSize(), newest, lease));
    }

    /**
     * The newest version in a piece of a file, of all that begins as a record does.
     *
     * @param from a multiple of {@link Align#RECORD_BYTES}
     */
    static long newest(MemorySegment m, long from, long to) {
        long newest = Version.NONE;
        for (long at = from; at <= to - Align.RECORD_BYTES; at += Align.RECORD_BYTES) {
            boolean begins =
                    RecordLayout.marked(m, at)
                            && m.byteSize() - at >= RecordLayout.HEADER_BYTES
                            && RecordLayout.headerValid(m, at, Long.MAX_VALUE);
            newest = begins ? Math.max(newest, RecordLayout.version(m, at)) : newest;
        }
        return newest;
    }

    /**
     * A segment was dropped: its file leaves its name, as surely as a deleted one.
     *
     * @param limit bytes that may be kept, in all
     */
    void drop(int number, long limit) throws IOException {
        var spare = complete.remove(number);
        var name = Journal.name(shard, number);
        if (spare == null || bytes + spare.bytes() > Math.min(limit, BYTES_MAX)) {
            disk.delete(name);
            return;
        }
        try {
            disk.rename(name, name(number));
        } catch (IOException _) {
            disk.delete(name);
            return;
        }
        kept.add(spare);
        bytes += spare.bytes();
    }

    /**
     * Gives a file to a segment that begins, if there is one that nobody reads.
     *
     * @param previous the newest version before the segment
     * @throws IOException when it is not certain under which name it would be found after a power
     *     failure: nothing may be written to it before this returns
     */
    void furnish(int number, long previous) throws IOException {
        var spare = unread();
        if (spare != null && spare.newest() > previous) {
            disk.delete(name(spare.number()));
            forget(spare);
        } else if (spare != null) {
            renamed = true;
            disk.rename(name(spare.number()), Journal.name(shard, number));
            forget(spare);
        }
        if (renamed) {
            disk.syncDirectory(Journal.directory(shard)); // tried again until it works
            renamed = false;
        }
    }

    private @Nullable Spare unread() {
        for (var spare : kept) {
            if (spare.lease().ended()) {
                return spare;
            }
        }
        return null;
    }

    private void forget(Spare spare) {
        kept.remove(spare);
        bytes -= spare.bytes();
    }

    /** Deletes them: the disk is needed for something else. */
    void release() {
        for (var spare : kept) {
            try {
                disk.delete(name(spare.number()));
            } catch (IOException _) {
                // Recovery deletes what is left.
            }
        }
        kept.clear();
        bytes = 0;
    }

    /** Deletes what a former life of the node has left. */
    static void tidy(Disk disk, int shard) throws IOException {
        for (var name : disk.list(Journal.directory(shard))) {
            if (name.matches(NAME)) {
                disk.delete(Journal.directory(shard) + "/" + name);
            }
        }
    }
}
