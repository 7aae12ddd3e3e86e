package dev.squall.samples.motion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.workbench.DeskObject;
import dev.squall.workbench.Workbench;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the UDL keeps, forgets and refuses. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class DetectMotionLimitsTest {

    private Workbench bench;

    @BeforeEach
    void open() throws Exception {
        bench = Workbench.open("detect", Map.of());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void camerasShareTheModelButNotTheBackground() throws Exception {
        var gate = new Camera(bench, "/cameras/gate");
        var yard = new Camera(bench, "/cameras/yard");
        for (int number = 1; number <= 6; number++) {
            var mixed = gate.show(number);
            yard.show(Frames.COUNT + 1 - number);
            try (var alone = Workbench.open("detect", Map.of())) {
                var expected = new Camera(alone, "/cameras/gate").show(upTo(number));
                assertEquals(expected.stream().skip(Math.max(0, number - 2)).toList(), mixed);
            }
        }
    }

    private static int[] upTo(int number) {
        return Frames.numbers().limit(number).toArray();
    }

    @Test
    void theMostSilentCameraIsForgotten() throws Exception {
        var first = new Camera(bench, "/cameras/0");
        var second = new Camera(bench, "/cameras/1");
        first.show(1);
        second.show(1);
        for (int i = 2; i < DetectMotion.MAX_CAMERAS; i++) {
            new Camera(bench, "/cameras/" + i).show(1);
        }
        first.show(1); // heard of again: now the second is the most silent
        new Camera(bench, "/cameras/one-too-many").show(1);
        long learned = bench.counter("backgrounds_learned_anew");
        assertEquals(DetectMotion.MAX_CAMERAS + 1, learned);
        assertEquals(1, first.show(2).size());
        assertEquals(0, second.show(2).size());
        assertEquals(learned + 1, bench.counter("backgrounds_learned_anew"));
    }

    @Test
    void aDeletedCameraIsForgotten() throws Exception {
        var gate = new Camera(bench, "/cameras/gate");
        gate.show(1);
        assertEquals(List.of(), bench.handle(DeskObject.deletion("/cameras/gate", 2, 2)).puts());
        assertEquals(List.of(), gate.show(2));
        assertEquals(2, bench.counter("backgrounds_learned_anew"));
    }

    @Test
    void aBrokenFrameLeavesTheBackgroundAsItWas() throws Exception {
        var gate = new Camera(bench, "/cameras/gate");
        gate.show(1);
        var broken = "no frame".getBytes(StandardCharsets.UTF_8);
        var refused = assertThrows(IOException.class, () -> gate.show(broken));
        assertEquals(
                "8 bytes are no frame that can be read; send a JPEG or PNG", refused.getMessage());
        assertEquals(1, gate.show(2).size());
    }

    @Test
    void aFrameMayBeTinyButNotHuge() throws Exception {
        var gate = new Camera(bench, "/cameras/gate");
        gate.show(png(new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB)));
        var huge = png(new BufferedImage(8192, 2049, BufferedImage.TYPE_BYTE_BINARY));
        var refused = assertThrows(IOException.class, () -> gate.show(huge));
        assertEquals(
                "frame has 16785408 pixels, more than 16777216; send smaller ones",
                refused.getMessage());
    }

    @Test
    void grayAndColourAreDecodedToTheirLevels() throws IOException {
        var gray = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setSample(0, 0, 0, 7);
        gray.getRaster().setSample(1, 0, 0, 200);
        assertArrayEquals(new float[] {7, 200}, decoded(gray));
        var colour = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        colour.setRGB(0, 0, Color.RED.getRGB());
        colour.setRGB(1, 0, new Color(90, 90, 90).getRGB());
        assertArrayEquals(new float[] {0.299f * 255, 90}, decoded(colour), 1e-3f);
    }

    private static float[] decoded(BufferedImage image) throws IOException {
        try (var decoder = new FrameDecoder()) {
            var frame = decoder.decode(MemorySegment.ofArray(png(image)));
            assertEquals(2, frame.width());
            return frame.gray().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    @Test
    void senselessSettingsAreRefusedWithTheirLimits() {
        assertEquals(
                "config 'threshold' is 256.0; it must be from 1 to 255",
                refusal("threshold", "256"));
        assertEquals("config 'lighting' is 'no', which is no number", refusal("lighting", "no"));
        assertEquals("config 'cells' is 0.0; it must be from 1 to 10000", refusal("cells", "0"));
    }

    private static String refusal(String name, String value) {
        var config = Map.of(name, value);
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Settings.of(config))
                        .getMessage());
    }

    @Test
    void theModelInTheJarIsTheOneThatIsAuthoredHere(@TempDir Path directory) throws IOException {
        var file = directory.resolve("motion.pt");
        AuthorMotion.write(file);
        var path = "/META-INF/squall/models/motion.pt";
        try (var shipped = Objects.requireNonNull(Settings.class.getResourceAsStream(path))) {
            assertArrayEquals(
                    shipped.readAllBytes(),
                    Files.readAllBytes(file),
                    "the script was changed: run AuthorMotion");
        }
    }

    private static byte[] png(BufferedImage image) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
