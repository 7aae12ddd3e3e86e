package dev.squall.samples.digits;

import static dev.squall.samples.digits.DigitSheet.encode;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.udl.ObjectView;
import dev.squall.workbench.Answers;
import dev.squall.workbench.DeskObject;
import dev.squall.workbench.Workbench;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@SuppressWarnings("NullAway.Init")
class ReadDigitTest {

    private static final int STEP = 10; // every tenth held-out digit

    private final DigitSheet sheet = new DigitSheet();
    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = Workbench.open("read", Map.of());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aPlainImageIsReadExactlyAsTheModelReadsItsPixels() throws Exception {
        int cell = DigitSheet.heldOut()[7 * 100];
        var answers = bench.handle(object("/digits/today/seven", encode(sheet.image(cell), "png")));
        try (var inference =
                bench.models()
                        .model("digits")
                        .infer(List.of(DigitsModelTest.batch(new int[] {cell})))) {
            assertArrayEquals(
                    inference
                            .outputs()
                            .getFirst()
                            .bytes()
                            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED),
                    reply(answers).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
        }
        var put = answers.puts().getFirst();
        assertEquals(1, answers.puts().size());
        assertEquals("read/seven", put.key());
        assertTrue(put.text().matches("\\{\"digit\":7,\"score\":(0\\.\\d\\d|1\\.00)}"), put.text());
        assertEquals(Map.of("digits_read", 1L), bench.counters());
    }

    @Test
    void largeBlackOnWhitePhotographsAreReadAsWell() throws Exception {
        int right = 0;
        for (int i = 0; i < DigitSheet.heldOut().length; i += STEP) {
            int cell = DigitSheet.heldOut()[i];
            var photograph = encode(onPaper(sheet.image(cell)), "jpg");
            var reply = reply(bench.handle(object("/digits/x", photograph)));
            right += DigitsModelTest.likeliest(reply) == DigitSheet.digit(cell) ? 1 : 0;
        }
        assertTrue(right >= 95, right + " of 100 right");
    }

    /** Seven times as large, in blue ink on white. */
    private static BufferedImage onPaper(BufferedImage digit) {
        int times = 7;
        int side = digit.getWidth() * times;
        var paper = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int ink = digit.getRaster().getSample(x / times, y / times, 0);
                paper.setRGB(x, y, new Color(255 - ink, 255 - ink, 255 - ink / 2).getRGB());
            }
        }
        return paper;
    }

    @Test
    void aQuestionWithoutAKeyIsOnlyAnswered() throws Exception {
        var png = encode(sheet.image(0), "png");
        var answers = bench.handle(DeskObject.of("", 0, 0, png));
        assertEquals(DigitSheet.CLASSES * Float.BYTES, reply(answers).byteSize());
        assertEquals(List.of(), answers.puts());
    }

    @Test
    void aDeletedImageIsNoImage() throws Exception {
        var deleted = DeskObject.deletion("/digits/x", 4, 1);
        assertEquals(List.of(), bench.handle(deleted).puts());
    }

    @Test
    void whatIsNoImageOrTooLargeIsRefusedWithTheReason() {
        assertEquals(
                "5 bytes are no image that can be read; send a PNG or JPEG",
                refusal("hello".getBytes(StandardCharsets.UTF_8)));
        var large = new BufferedImage(8192, 2049, BufferedImage.TYPE_BYTE_BINARY);
        assertEquals(
                "image has 16785408 pixels, more than 16777216; send a smaller one",
                refusal(encode(large, "png")));
    }

    private String refusal(byte[] bytes) {
        return String.valueOf(
                assertThrows(IOException.class, () -> bench.handle(object("/digits/x", bytes)))
                        .getMessage());
    }

    private static MemorySegment reply(Answers answers) {
        return answers.reply().orElseThrow();
    }

    private static ObjectView object(String key, byte[] bytes) {
        return DeskObject.of(key, 3, 1_700_000_000_000_000L, bytes);
    }
}
