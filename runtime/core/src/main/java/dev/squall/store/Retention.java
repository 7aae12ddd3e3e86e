package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import java.util.List;

/**
 * How much of the past a shard keeps. Whole log segments go, oldest first; 0 = no limit of this
 * kind.
 *
 * @param versions kept of each key
 * @param bytes kept in each shard
 * @param ageMillis kept behind the newest object
 * @param keep what stays all the same
 */
public record Retention(int versions, long bytes, long ageMillis, Keep keep) {

    /** Everything, up to the node's own limit. */
    public static final Retention ALL = new Retention(0, 0, 0);

    public Retention {
        if (versions < 0 || bytes < 0 || ageMillis < 0) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "retention must not be negative: versions %d, bytes %d, age %d ms"
                            .formatted(versions, bytes, ageMillis));
        }
        if (bytes > 0 && keep.bytes() > bytes / 2) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "retention.keep is %d bytes; at most half of the %d that are kept in all"
                            .formatted(keep.bytes(), bytes));
        }
    }

    /** Without labels. */
    public Retention(int versions, long bytes, long ageMillis) {
        this(versions, bytes, ageMillis, Keep.NONE);
    }

    /** The same, and what has one of these labels stays. */
    public Retention keeping(List<String> labels, long labelledBytes) {
        return new Retention(versions, bytes, ageMillis, new Keep(labels, labelledBytes));
    }

    /** Whether anything is ever dropped. */
    public boolean dropsAnything() {
        return bounded() || versions > 0;
    }

    /** Whether it bounds the pool's memory. Versions alone do not: there may be ever more keys. */
    public boolean bounded() {
        return bytes > 0 || ageMillis > 0;
    }

    /**
     * Whether a log is so large or so old that its oldest segment goes. The same at every replica.
     */
    boolean exceededBy(Log log) {
        long oldest = log.oldestTimestamp();
        if (oldest == Long.MAX_VALUE) {
            return false;
        }
        boolean tooLarge = bytes > 0 && log.bytes() > bytes;
        return tooLarge || (ageMillis > 0 && log.lastTimestamp() - oldest > ageMillis * 1000);
    }
}
