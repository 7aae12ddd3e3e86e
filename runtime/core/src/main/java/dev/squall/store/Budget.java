package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import java.util.Locale;

/**
 * How much memory a shard of a pool may take at each of its members, and what happens when that is
 * used up.
 *
 * <p>It counts by the shard and not by the node: a shard's members must all refuse, or let go of,
 * the same, and what else a member holds is known to that member alone.
 *
 * @param bytes of each shard; 0 = none of its own, so the node's limit for volatile pools holds
 * @param full what happens then
 */
public record Budget(long bytes, Full full) {

    /** What happens to a put for which there is no room. */
    public enum Full {
        /** It is refused; nothing of it happens. */
        REFUSE,
        /** The oldest log segments go, whatever is in them. Only what a volatile pool holds. */
        EVICT;

        /** As one types it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** None. */
    public static final Budget NONE = new Budget(0, Full.REFUSE);

    /**
     * A budget in log segments: no smaller than this part of one, so that a log, which has a
     * bounded number of segments, does not come to its end early.
     */
    private static final int SEGMENT_PARTS = 4;

    public Budget {
        if (bytes < 0) {
            throw new Failure(
                    Failure.Kind.INVALID, "budget is " + bytes + " bytes; it cannot be negative");
        }
        if (bytes == 0 && full == Full.EVICT) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "full is evict, but there is no budget; say at how many bytes it is full");
        }
    }

    /** Whether a shard has a budget of its own. */
    public boolean is() {
        return bytes > 0;
    }

    /** Whether the oldest goes when the shard is full. */
    public boolean evicts() {
        return full == Full.EVICT;
    }

    /** The largest that one change may need, in bytes: what is let go of must make room for it. */
    public long changeBytesMax() {
        return evicts() ? bytes / 2 : bytes;
    }

    /**
     * The size of a volatile shard's log segments: a quarter of the budget, so that letting go of
     * one leaves most of what the budget allows.
     *
     * @param otherwise their size in this node, in bytes
     */
    public int segmentBytes(int otherwise) {
        return is() ? (int) Math.min(otherwise, bytes / SEGMENT_PARTS) : otherwise;
    }

    /**
     * So many bytes beyond the budget may be used by deletes: as many as a segment has, enough to
     * delete all that the oldest one holds, so that it goes where retention lets it.
     */
    public long reserveBytes() {
        return segmentBytes(Log.SEGMENT_BYTES);
    }

    /** Whether it is one that a pool may have. */
    void check(StoreKind store) {
        if (is() && store == StoreKind.TRIGGER) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "budget is %d bytes, but a trigger pool stores nothing; leave it out"
                            .formatted(bytes));
        }
        if (evicts() && store != StoreKind.VOLATILE) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "full is evict, which is for volatile pools; the objects of a %s pool lie on"
                            .concat(" disk, and go by its retention")
                            .formatted(store.label()));
        }
    }

    /**
     * Whether it is large enough.
     *
     * @param segmentBytes the size of a log segment in this node
     */
    public void checkAtLeast(int segmentBytes) {
        long least = segmentBytes / SEGMENT_PARTS;
        if (is() && bytes < least) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "budget is %d bytes a shard; at least %d are needed".formatted(bytes, least));
        }
    }
}
