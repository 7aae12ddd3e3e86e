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
 * <p>The chain ends at the key's first version or where the log begins. Records do not change, so
 * any thread may follow it. Static functions on a log; a place of 0 is none.
 */
final class VersionChain {

    /** By what versions are looked for. */
    enum By {
        VERSION,
        TIME,
        DEPTH;

        long of(MemorySegment m, long at) {
            return switch (this) {
                case VERSION -> RecordLayout.version(m, at);
                case TIME -> RecordLayout.timestamp(m, at);
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
        while (location != 0) {
            var m = log.memory(location);
            if (m == null) {
                return 0;
            }
            long at = Log.offset(location);
            if (by.of(m, at) <= bound) {
                return location;
            }
            location = back(log, m, at, by, bound);
        }
        return 0;
    }

    /** The long way back where it does not lead too far, otherwise the short one. */
    private static long back(Log log, MemorySegment m, long at, By by, long bound) {
        long previous = VersionLink.previous(m, at);
        long jump = VersionLink.jump(m, at);
        if (jump != 0 && jump != previous) {
            var there = log.memory(jump);
            if (there != null && by.of(there, Log.offset(jump)) > bound) {
                return jump;
            }
        }
        return previous;
    }

    /** The oldest version that is still there. */
    static long oldest(Log log, long newest) {
        long location = newest;
        while (true) {
            var m = log.memory(location);
            if (m == null) {
                return 0;
            }
            long at = Log.offset(location);
            long jump = VersionLink.jump(m, at);
            long previous = VersionLink.previous(m, at);
            if (jump != 0 && log.memory(jump) != null) {
                location = jump;
            } else if (previous != 0 && log.memory(previous) != null) {
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
        return m == null ? 0 : VersionLink.jump(m, Log.offset(location));
    }
}
