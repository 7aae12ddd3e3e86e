package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How many records of each of a log's segments are needed: versions that the pool keeps, and the
 * chunks of bulk objects. A segment of which nothing is needed any more may go.
 *
 * <p>It follows from the order of the records alone, so it can be made of the log again at any
 * time, by whoever owns it. Belongs to one thread, but for {@link #chunk}.
 */
final class Needed {

    private final Log log;
    private final int keptVersions;
    private final SegmentCounts counts = new SegmentCounts();
    private final Chunks chunks = new Chunks();
    private final Chunks.Forgotten unneeded = location -> counts.add(location, -1);

    /**
     * @param log the records
     * @param keptVersions how many versions of a key are kept; 0 = all
     */
    Needed(Log log, int keptVersions) {
        this.log = log;
        this.keptVersions = keptVersions;
    }

    SegmentCounts counts() {
        return counts;
    }

    Chunks chunks() {
        return chunks;
    }

    /** The log has come to a time. */
    void passed(long timestamp) {
        chunks.expire(timestamp, unneeded);
    }

    /** A chunk, or the end of its upload, stands in the log. */
    void takeChunk(MemorySegment m, long at, long location, long timestamp) {
        if (chunks.remember(m, at, location, timestamp, unneeded)) {
            counts.add(location, 1);
        }
    }

    /**
     * A version stands in the log.
     *
     * @param before the place of its key's version before; 0 = there is none
     * @param depth the how-manieth it is
     */
    void take(MemorySegment m, long at, long before, long location, long depth) {
        if (Chunks.isManifest(m, at)) {
            chunks.adopt(m, at);
        }
        counts.add(location, 1);
        if (before != 0 && keptVersions > 0 && depth > keptVersions) {
            long over = VersionChain.notAfter(log, before, By.DEPTH, depth - keptVersions);
            if (over != 0 && depthOf(over) == depth - keptVersions) {
                counts.add(over, -1);
                forgetChunks(over);
            }
        }
    }

    /** What is needed of a version stands somewhere else now. */
    void moved(@Nullable Labelled before, long location) {
        if (before != null) {
            counts.add(before.location(), -1);
        }
        counts.add(location, 1);
    }

    private long depthOf(long location) {
        var m = log.header(location);
        return m == null ? 0 : VersionLink.depth(m, Log.offset(location));
    }

    /** A version is no longer kept, nor is what it was made of. */
    private void forgetChunks(long location) {
        var m = log.memory(location);
        if (m != null && Chunks.isManifest(m, Log.offset(location))) {
            chunks.forget(m, Log.offset(location), unneeded);
        }
    }

    /** The log begins here now. */
    void dropBefore(long first) {
        chunks.forgetBefore(first);
        counts.dropBefore(first);
    }

    /** Whether nothing is needed of the segment in which a place lies. */
    boolean nothingIn(long location) {
        return counts.of(location) == 0;
    }

    /** The place of a chunk of a bulk object, or 0. Any thread. */
    long chunk(long upload, int number) {
        return chunks.location(upload, number);
    }
}
