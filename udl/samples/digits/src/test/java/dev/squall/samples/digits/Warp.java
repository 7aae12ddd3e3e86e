package dev.squall.samples.digits;

import java.util.Random;

/**
 * Turns, leans, scales and moves a digit a little, by chance: other hands than those on the sheet.
 *
 * <p>Each pixel of the result is read, between four pixels, where the inverse map points.
 */
final class Warp {

    private static final int SIDE = DigitImage.SIDE;
    private static final double MAX_TURN_RADIANS = 0.2;
    private static final double MAX_LEAN = 0.2;
    private static final double MAX_SCALE = 0.15;
    private static final double MAX_SHIFT_PIXELS = 2;

    private final Random random;

    Warp(Random random) {
        this.random = random;
    }

    float[] apply(float[] pixels) {
        double turn = upTo(MAX_TURN_RADIANS);
        double lean = upTo(MAX_LEAN);
        double wide = 1 + upTo(MAX_SCALE);
        double high = 1 + upTo(MAX_SCALE);
        double middle = (SIDE - 1) / 2.0;
        double right = middle + upTo(MAX_SHIFT_PIXELS);
        double down = middle + upTo(MAX_SHIFT_PIXELS);
        var out = new float[pixels.length];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double u = (x - middle) * wide + (y - middle) * lean;
                double v = (y - middle) * high;
                out[y * SIDE + x] =
                        between(
                                pixels,
                                right + u * Math.cos(turn) - v * Math.sin(turn),
                                down + u * Math.sin(turn) + v * Math.cos(turn));
            }
        }
        return out;
    }

    private double upTo(double limit) {
        return (2 * random.nextDouble() - 1) * limit;
    }

    private static float between(float[] pixels, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double a = x - left;
        double b = y - top;
        return (float)
                ((1 - b) * ((1 - a) * at(pixels, left, top) + a * at(pixels, left + 1, top))
                        + b
                                * ((1 - a) * at(pixels, left, top + 1)
                                        + a * at(pixels, left + 1, top + 1)));
    }

    private static float at(float[] pixels, int x, int y) {
        return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : pixels[y * SIDE + x];
    }
}
