package dev.squall.bench.member;

/** SplitMix64 (Steele et al., OOPSLA 2014): numbers that look random, for almost nothing. */
public final class SplitMix {

    private SplitMix() {}

    /** The number that follows a state; also a good next state. */
    public static long mix(long state) {
        long z = state + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
