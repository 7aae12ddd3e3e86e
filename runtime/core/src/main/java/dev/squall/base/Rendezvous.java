package dev.squall.base;

import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Highest-random-weight hashing (Thaler and Ravishankar, 1998): every candidate gets a score from
 * the label and its own number, the highest wins. Adding a candidate moves 1/n of the labels, and
 * every node computes the same without asking.
 *
 * <p>The hash is MurmurHash3 x64 128 with seed 0, first word; pools name it {@link #NAME} in their
 * metadata, so that a later one can be told from it.
 */
public final class Rendezvous {

    /** The hash's name in pool metadata. */
    public static final String NAME = "murmur3-rendezvous";

    private Rendezvous() {}

    /** The hash of a label. */
    public static long hash(String label) {
        byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
        return MurmurHash3.hash128x64(bytes, 0, bytes.length, 0)[0];
    }

    /** The candidate in {@code 0..count-1} that a label belongs to. */
    public static int choose(long hash, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (Long.compareUnsigned(score(hash, i), score(hash, best)) > 0) {
                best = i;
            }
        }
        return best;
    }

    /** A candidate's score for a label's hash; compare unsigned. */
    public static long score(long hash, long candidate) {
        // The finalizer of SplitMix64: cheap, and every input bit reaches every output bit.
        long z = hash + (candidate + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
