package dev.squall.samples.digits;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** The 5,000 handwritten digits and their split, see {@code digits/ORIGIN.md}. */
final class DigitSheet {

    static final int CLASSES = 10;
    private static final int SIDE = DigitImage.SIDE;
    private static final int COLUMNS = 100;
    private static final int ROWS_A_DIGIT = 5;
    private static final int REHEARSAL_ROW = 3;
    private static final int HELD_OUT_ROW = 4;

    private final BufferedImage sheet;

    DigitSheet() {
        var file = DigitSheet.class.getResource("/digits/digits.png");
        try {
            sheet = ImageIO.read(Objects.requireNonNull(file, "digits/digits.png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cells that training never sees: the fifth row of each digit. */
    static int[] heldOut() {
        return cells(row -> row == HELD_OUT_ROW);
    }

    /** The cells for training: the first four rows of each digit. */
    static int[] training() {
        return cells(row -> row < HELD_OUT_ROW);
    }

    /** For choosing how to train without a look at the held-out digits: the fourth row ... */
    static int[] rehearsal() {
        return cells(row -> row == REHEARSAL_ROW);
    }

    /** ... which then must not be trained on. */
    static int[] rehearsalTraining() {
        return cells(row -> row < REHEARSAL_ROW);
    }

    private static int[] cells(IntPredicate rows) {
        return IntStream.range(0, CLASSES * ROWS_A_DIGIT * COLUMNS)
                .filter(cell -> rows.test(row(cell)))
                .toArray();
    }

    private static int row(int cell) {
        return cell / COLUMNS % ROWS_A_DIGIT;
    }

    static int digit(int cell) {
        return cell / COLUMNS / ROWS_A_DIGIT;
    }

    /** The cell as an image of its own. */
    BufferedImage image(int cell) {
        var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSamples(0, 0, SIDE, SIDE, 0, samples(cell));
        return image;
    }

    /** The cell as the model takes it: 0 to 1, row by row. */
    float[] pixels(int cell) {
        int[] samples = samples(cell);
        var out = new float[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = samples[i] / 255f;
        }
        return out;
    }

    private int[] samples(int cell) {
        int left = cell % COLUMNS * SIDE;
        int top = cell / COLUMNS * SIDE;
        return sheet.getRaster().getSamples(left, top, SIDE, SIDE, 0, (int[]) null);
    }

    /** Encodes an image as {@code png} or {@code jpg}. */
    static byte[] encode(BufferedImage image, String format) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("cannot encode as " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
