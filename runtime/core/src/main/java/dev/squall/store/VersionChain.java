package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;

/**
 * The versions of one key, newest first, as the links in their records join them (see {@link
 * VersionLink}). Version, time and depth grow along it, so the newest version before any bound is
 * found in {@code O(log n)} steps, without anything beside the log.
 *
 * <p>The chain ends at the key's first version or where the log begins, and at a record whose
 * header is harmed (see {@link dev.squall.log.Soundness}), which the log then knows. Records do not
 * change, so any thread may follow it. Static functions on a log; a place of 0 is none.
 */
final class VersionChain {

    /** By what versions are looked for. */
    enum By {
        VERSION,
        TIME,
        DEPTH;

        long of(MemorySegment m, long at) {
            return switch (this) {
                case VERSION -> RecordLayout.objectVersion(m, at);
                case TIME -> RecordLayout.objectTimestamp(m, at);
                case DEPTH -> VersionLink.depth(m, at);
            };
        }
    }

    private VersionChain() {}

    /**
     * The newest version not after a bound.
     *
     * @param newest the place of the key's newest version
     * @return its place; 0 when all that are still there are newer
     */
    static long notAfter(Log log, long newest, By by, long bound) {
        long location = newest;
        var m = log.header(location);
        if (m == null || by.of(m, Log.offset(location)) <= bound) {
            return m == null ? 0 : location;
        }
        while (m != null) {
            long at = Log.offset(location);
            long previous = VersionLink.previous(m, at);
            long jump = VersionLink.jump(m, at);
            // Both are fetched before either is looked at: two misses in the time of one.
            var before = previous == 0 ? null : log.header(previous);
            var older = jump == 0 || jump == previous ? null : log.header(jump);
            long beforeIs = before == null ? 0 : by.of(before, Log.offset(previous));
            long olderIs = older == null ? Long.MIN_VALUE : by.of(older, Log.offset(jump));
            if (olderIs > bound) {
                location = jump;
                m = older;
            } else if (before == null || beforeIs <= bound) {
                return before == null ? 0 : previous;
            } else {
                location = previous;
                m = before;
            }
        }
        return 0;
    }

    /** The oldest version that is still there. */
    static long oldest(Log log, long newest) {
        long location = newest;
        while (true) {
            var m = log.header(location);
            if (m == null) {
                return 0;
            }
            long at = Log.offset(location);
            long jump = VersionLink.jump(m, at);
            long previous = VersionLink.previous(m, at);
            if (jump != 0 && log.header(jump) != null) {
                location = jump;
            } else if (previous != 0 && log.header(previous) != null) {
                location = previous;
            } else {
                return location;
            }
        }
    }

    /** Where the long link of a new version leads; 0 = to one that is no longer there. */
    static long jump(Log log, long previous, long depth) {
        if (VersionLink.jumpLength(depth) == 1) {
            return previous;
        }
        // Twice as far as the one before goes, and one more.
        long once = jumpOf(log, previous);
        return once == 0 ? 0 : jumpOf(log, once);
    }

    private static long jumpOf(Log log, long location) {
        var m = log.memory(location);
        if (m == null) {
            return 0;
        }
        log.soundness().demand(m, location);
        return VersionLink.jump(m, Log.offset(location));
    }
}
