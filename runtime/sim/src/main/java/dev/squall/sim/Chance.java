package dev.squall.sim;

import java.util.List;
import java.util.SplittableRandom;

/** Everything that is left to chance in a run, from its seed. */
final class Chance {

    private final SplittableRandom random;

    Chance(long seed) {
        this(new SplittableRandom(seed));
    }

    private Chance(SplittableRandom random) {
        this.random = random;
    }

    /** An independent source, so that what one part draws does not shift what another draws. */
    Chance split() {
        return new Chance(random.split());
    }

    /** True this often: 0 = never, 1 = always. */
    boolean with(double probability) {
        return random.nextDouble() < probability;
    }

    /** A number in {@code [low, high]}. */
    long between(long low, long high) {
        return random.nextLong(low, high + 1);
    }

    /** A number in {@code [low, high]}. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** A number in {@code [low, high]}, whose logarithm is uniform: as often tiny as huge. */
    long scaled(long low, long high) {
        double log = Math.log(low + 1.0) + random.nextDouble() * Math.log((high + 1.0) / (low + 1));
        return Math.clamp((long) Math.exp(log) - 1, low, high);
    }

    <T> T oneOf(List<T> things) {
        return things.get(random.nextInt(things.size()));
    }

    byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
