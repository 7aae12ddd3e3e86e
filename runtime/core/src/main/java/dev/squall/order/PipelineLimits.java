package dev.squall.order;

import dev.squall.base.Check;
import dev.squall.base.Failure;

/**
 * Which records go as blocks, see {@link Pipelines}.
 *
 * @param fromBytes records from this length on; 0 = none
 * @param areaBytes the area for them that each sender of a shard has at each member, once it has
 *     sent one; longer records go in fragments. A power of two
 */
public record PipelineLimits(int fromBytes, int areaBytes) {

    /**
     * From where on records go as blocks unless configured: 512 KiB, where they would not fit a
     * ring's message.
     */
    public static final int FROM_BYTES_DEFAULT = 512 << 10;

    /** A sender's area unless configured: 16 MiB. */
    public static final int AREA_BYTES_DEFAULT = 16 << 20;

    /** The smallest area: 16 KiB. */
    public static final int AREA_BYTES_MIN = 16 << 10;

    /** The largest area: 1 GiB. */
    public static final int AREA_BYTES_MAX = 1 << 30;

    /** Everything in rings. */
    public static final PipelineLimits NONE = new PipelineLimits(0, AREA_BYTES_MIN);

    /** The defaults. */
    public static final PipelineLimits DEFAULT =
            new PipelineLimits(FROM_BYTES_DEFAULT, AREA_BYTES_DEFAULT);

    public PipelineLimits {
        Check.that(fromBytes >= 0, "records in blocks from a negative length on", fromBytes);
        Check.that(
                areaBytes >= AREA_BYTES_MIN
                        && areaBytes <= AREA_BYTES_MAX
                        && Integer.bitCount(areaBytes) == 1,
                "an area for blocks: a power of two from 16384 to 1073741824",
                areaBytes);
    }

    /**
     * As configured.
     *
     * @throws Failure when one of them is out of its bounds
     */
    public static PipelineLimits of(long fromBytes, long areaBytes) {
        if (fromBytes < 0 || fromBytes > AREA_BYTES_MAX) {
            throw invalid("squall.limits.pipeline-from", fromBytes, "must be 0 to 1073741824");
        }
        boolean power = Long.bitCount(areaBytes) == 1;
        if (!power || areaBytes < AREA_BYTES_MIN || areaBytes > AREA_BYTES_MAX) {
            throw invalid(
                    "squall.limits.pipeline-area",
                    areaBytes,
                    "must be a power of two from 16384 to 1073741824");
        }
        return new PipelineLimits((int) fromBytes, (int) areaBytes);
    }

    private static Failure invalid(String name, long value, String what) {
        return new Failure(Failure.Kind.INVALID, name + " = " + value + " " + what);
    }

    /** The length of a block. */
    int blockBytes() {
        return areaBytes / BlockArea.BLOCKS;
    }
}
