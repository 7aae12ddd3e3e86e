package dev.squall.edge;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The picture that {@link Generator} shows: discs that move and bounce over a grey ground, and the
 * frame's number in seven-segment digits at the upper left.
 *
 * <p>Each disc's size, colour, place and speed come from the seed; where it stands in frame n is
 * computed from n alone, so that any frame can be painted without those before it. Digits are drawn
 * from segments because a small machine need not have a font.
 */
final class Scene {
    private static final int DISCS = 6;
    private static final int GROUND = 0x30343c;
    private static final int PLATE = 0x000000;
    private static final int INK = 0xf4f4e8;
    private static final int COUNTER_DIGITS = 6;

    /**
     * The lit segments of each digit, one bit a segment.
     *
     * <pre>
     *    -0-
     *   1   2
     *    -3-
     *   4   5
     *    -6-
     * </pre>
     */
    private static final int[] SEGMENTS = {
        0b1110111, 0b0100100, 0b1011101, 0b1101101, 0b0101110, // 0 to 4
        0b1101011, 0b1111011, 0b0100101, 0b1111111, 0b1101111, // 5 to 9
    };

    private final int width;
    private final int height;
    private final Disc[] discs = new Disc[DISCS];

    /** A disc: radius in pixels, first place, and pixels that it moves from frame to frame. */
    private record Disc(int radius, int colour, double x, double y, double dx, double dy) {}

    Scene(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        var random = new SplittableRandom(seed);
        int side = Math.min(width, height);
        for (int i = 0; i < DISCS; i++) {
            discs[i] =
                    new Disc(
                            side / 16 + random.nextInt(side / 12),
                            0x404040 | random.nextInt(0x1000000),
                            random.nextDouble(width),
                            random.nextDouble(height),
                            random.nextDouble(-side / 40.0, side / 40.0),
                            random.nextDouble(-side / 40.0, side / 40.0));
        }
    }

    /**
     * Paints a frame.
     *
     * @param frame its number, from 0
     * @param rgb {@code width * height} pixels, row by row, all of which are overwritten
     */
    void paint(long frame, int[] rgb) {
        Arrays.fill(rgb, GROUND);
        for (Disc disc : discs) {
            paintDisc(
                    rgb,
                    bounced(disc.x + disc.dx * frame, width),
                    bounced(disc.y + disc.dy * frame, height),
                    disc);
        }
        paintCounter(rgb, frame);
    }

    /** Folds a straight line into the span 0 to {@code length - 1}, as a ball bounces off walls. */
    private static int bounced(double at, int length) {
        double period = 2.0 * (length - 1);
        double folded = at % period;
        if (folded < 0) {
            folded += period;
        }
        return (int) Math.round(folded <= length - 1 ? folded : period - folded);
    }

    private void paintDisc(int[] rgb, int x, int y, Disc disc) {
        for (int dy = -disc.radius; dy <= disc.radius; dy++) {
            int half = (int) Math.sqrt((double) disc.radius * disc.radius - (double) dy * dy);
            fill(rgb, x - half, y + dy, 2 * half + 1, 1, disc.colour);
        }
    }

    private void paintCounter(int[] rgb, long frame) {
        int stroke = Math.max(1, Math.min(width, height) / 120);
        int digitWidth = 5 * stroke;
        int pitch = 7 * stroke;
        fill(rgb, 0, 0, COUNTER_DIGITS * pitch + 2 * stroke, 13 * stroke, PLATE);
        long rest = frame;
        for (int i = COUNTER_DIGITS - 1; i >= 0; i--) {
            paintDigit(rgb, 2 * stroke + i * pitch, 2 * stroke, digitWidth, stroke, rest % 10);
            rest /= 10;
        }
    }

    private void paintDigit(int[] rgb, int x, int y, int wide, int stroke, long digit) {
        int lit = SEGMENTS[(int) digit];
        int right = x + wide - stroke;
        int arm = 5 * stroke; // the height of an upright, sharing its ends with the bars
        for (int bar = 0; bar < 3; bar++) {
            if ((lit >> (3 * bar) & 1) != 0) {
                fill(rgb, x, y + bar * (arm - stroke), wide, stroke, INK);
            }
        }
        for (int half = 0; half < 2; half++) {
            int top = y + half * (arm - stroke);
            if ((lit >> (3 * half + 1) & 1) != 0) {
                fill(rgb, x, top, stroke, arm, INK);
            }
            if ((lit >> (3 * half + 2) & 1) != 0) {
                fill(rgb, right, top, stroke, arm, INK);
            }
        }
    }

    /** Fills a rectangle, as far as it lies inside the picture. */
    private void fill(int[] rgb, int x, int y, int wide, int high, int colour) {
        int left = Math.clamp(x, 0, width);
        int right = Math.clamp(x + wide, 0, width);
        int bottom = Math.clamp(y + high, 0, height);
        for (int row = Math.clamp(y, 0, height); row < bottom; row++) {
            Arrays.fill(rgb, row * width + left, row * width + right, colour);
        }
    }
}
