package dev.squall.node;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * What is new to a member whose log is still being filled: kept in its order until the log has what
 * is old, and applied then. While {@link #BYTES_MAX} are kept, nothing more is delivered here,
 * which in time slows the senders down.
 *
 * <p>Single-threaded; belongs to the group agent.
 */
final class Backfill {

    /** Bytes kept: 64 MiB. */
    static final long BYTES_MAX = 64 << 20;

    private record Kept(long sequence, MemorySegment bytes) {}

    /** Applies a record. */
    interface Sink {
        void apply(long sequence, MemorySegment m, long at);
    }

    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long bytes;
    private long finishedAt = -1;

    /** Keeps a copy of a record. */
    void keep(long sequence, MemorySegment m, long at) {
        long length = RecordLayout.length(m, at);
        var copy = MemorySegment.ofArray(new long[(int) (length + 7) / 8]);
        MemorySegment.copy(m, ValueLayout.JAVA_BYTE, at, copy, ValueLayout.JAVA_BYTE, 0, length);
        kept.add(new Kept(sequence, copy));
        bytes += length;
    }

    boolean full() {
        return bytes >= BYTES_MAX;
    }

    /**
     * The log has what is old: what was kept is applied, oldest first, and from now on nothing is
     * kept. Does so once.
     *
     * @return the newest version in the log then
     */
    long finish(Sink sink, Log log) {
        if (finishedAt < 0) {
            while (!kept.isEmpty()) {
                var oldest = kept.remove();
                sink.apply(oldest.sequence(), oldest.bytes(), 0);
            }
            bytes = 0;
            finishedAt = log.lastVersion();
        }
        return finishedAt;
    }

    /** Whether what is new is applied and not kept. */
    boolean finished() {
        return finishedAt >= 0;
    }

    /** The view has ended: what was kept comes again, from whoever fills this member next. */
    void clear() {
        kept.clear();
        bytes = 0;
        finishedAt = -1;
    }
}
