package dev.squall.samples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.udl.DataType;
import dev.squall.udl.Tensor;
import dev.squall.workbench.Workbench;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The weights that the jar ships, on digits that training never saw. */
@Timeout(120)
class DigitsModelTest {

    private static final int CELL = DigitImage.SIDE * DigitImage.SIDE;
    private static final double OWED = 0.97;

    @Test
    void readsHeldOutDigitsAsWellAsItsReportSays() throws Exception {
        int[] cells = DigitSheet.heldOut();
        try (var bench = Workbench.open("read", Map.of());
                var inference = bench.models().model("digits").infer(List.of(batch(cells)))) {
            MemorySegment probabilities = inference.outputs().getFirst().bytes();
            int right = 0;
            for (int i = 0; i < cells.length; i++) {
                var row =
                        probabilities.asSlice(
                                (long) i * DigitSheet.CLASSES * Float.BYTES,
                                (long) DigitSheet.CLASSES * Float.BYTES);
                assertEquals(1, sum(row), 1e-4);
                right += likeliest(row) == DigitSheet.digit(cells[i]) ? 1 : 0;
            }
            assertTrue(right >= OWED * cells.length, right + " right");
            assertTrue(
                    report().contains("held out: " + right + " of 1000 right"),
                    right + " right, but the report says: " + report());
        }
    }

    @Test
    void trainingNeverSawTheHeldOutDigits() {
        assertEquals(1000, DigitSheet.heldOut().length);
        assertEquals(4000, DigitSheet.training().length);
        for (int cell : DigitSheet.heldOut()) {
            assertTrue(Arrays.binarySearch(DigitSheet.training(), cell) < 0);
        }
    }

    static Tensor batch(int[] cells) {
        var sheet = new DigitSheet();
        var pixels = new float[cells.length * CELL];
        for (int i = 0; i < cells.length; i++) {
            System.arraycopy(sheet.pixels(cells[i]), 0, pixels, i * CELL, CELL);
        }
        long side = DigitImage.SIDE;
        return new Tensor(
                "image",
                DataType.FP32,
                List.of((long) cells.length, 1L, side, side),
                MemorySegment.ofArray(pixels));
    }

    static int likeliest(MemorySegment row) {
        int best = 0;
        for (int i = 1; i < DigitSheet.CLASSES; i++) {
            if (at(row, i) > at(row, best)) {
                best = i;
            }
        }
        return best;
    }

    private static double sum(MemorySegment row) {
        double sum = 0;
        for (int i = 0; i < DigitSheet.CLASSES; i++) {
            sum += at(row, i);
        }
        return sum;
    }

    private static float at(MemorySegment row, int i) {
        return row.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
    }

    private static String report() throws IOException {
        var path = "/META-INF/squall/models/digits.accuracy";
        try (var in = Objects.requireNonNull(ReadDigit.class.getResourceAsStream(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
