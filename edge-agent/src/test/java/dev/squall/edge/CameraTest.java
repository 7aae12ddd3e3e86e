package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every source gives real JPEGs, read back by a decoder that is not the one that made them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CameraTest {
    private static final Path CLIP = Path.of("src/main/clips/square.avi");

    @TempDir private Path folder;

    @Test
    void theClipIsTenSecondsOfASquare() throws IOException {
        var positions = new ArrayList<Long>();
        try (var camera = Camera.open(CLIP.toString(), 0, 80)) {
            assertEquals(100_000, camera.intervalMicros());
            for (long at = camera.advance(); at != Camera.END; at = camera.advance()) {
                positions.add(at);
                if (positions.size() % 25 == 1) {
                    assertPhoto(camera.jpeg(), 768, 576);
                }
            }
        }
        assertEquals(100, positions.size());
        for (int i = 0; i < positions.size(); i++) {
            assertEquals(i * 100_000L, positions.get(i));
        }
        assertTrue(Files.size(CLIP) <= 1_500_000);
    }

    @Test
    void aVideoRewindsToItsFirstFrame() throws IOException {
        try (var camera = Camera.open(CLIP.toString(), 0, 80)) {
            camera.advance();
            byte[] first = camera.jpeg();
            while (camera.advance() != Camera.END) {}
            camera.rewind();
            assertEquals(0, camera.advance());
            assertArrayEquals(first, camera.jpeg());
        }
    }

    @Test
    void qualityIsPaidInBytes() throws IOException {
        assertTrue(clipFrame(30).length < clipFrame(80).length);
        assertTrue(clipFrame(80).length < clipFrame(95).length);
        assertEquals(8, MjpegEncoder.step(50), "the table of the standard as it is");
        assertEquals(1, MjpegEncoder.step(100));
        assertEquals(31, MjpegEncoder.step(1));
    }

    @Test
    void aTruncatedVideoEndsWhereItsBytesEnd() throws IOException {
        byte[] bytes = Files.readAllBytes(CLIP);
        Path half = folder.resolve("half.avi");
        Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
        int frames = 0;
        try (var camera = Camera.open(half.toString(), 0, 80)) {
            while (camera.advance() != Camera.END) {
                frames++;
            }
        }
        assertTrue(frames > 20 && frames < 80, frames + " frames");
    }

    @Test
    void whatIsNoVideoIsRefusedByName() throws IOException {
        Path text = folder.resolve("text.avi");
        Files.writeString(text, "only words");
        assertFailsNaming("text.avi", text.toString());
        assertFailsNaming("absent.avi", folder.resolve("absent.avi").toString());
        assertFailsNaming("no .jpg", folder.toString());
    }

    @Test
    void aDirectoryShowsItsPicturesByName() throws IOException {
        byte[] jpeg = generated("generator:80x64@10", 1);
        Files.write(folder.resolve("b.JPG"), jpeg);
        ImageIO.write(halfTransparent(), "png", folder.resolve("a.png").toFile());
        Files.writeString(folder.resolve("c.txt"), "not shown");
        try (var camera = Camera.open(folder.toString(), 4, 90)) {
            assertEquals(0, camera.advance());
            BufferedImage fromPng = decode(camera.jpeg());
            assertEquals(96, fromPng.getWidth());
            assertEquals(64, fromPng.getHeight());
            assertEquals(0x80, fromPng.getRGB(48, 32) & 0xff, 6, "white, half, over black");
            assertEquals(250_000, camera.advance());
            assertArrayEquals(jpeg, camera.jpeg(), "a JPEG goes up as it is");
            assertEquals(Camera.END, camera.advance());
            camera.rewind();
            assertEquals(0, camera.advance());
        }
    }

    @Test
    void aGeneratorDrawsTheSameFramesAgainAndDifferentOnesNext() throws IOException {
        String source = "generator:320x240@12.5#7";
        try (var camera = Camera.open(source, 0, 80)) {
            assertEquals(80_000, camera.intervalMicros());
        }
        assertPhoto(generated(source, 1), 320, 240);
        assertArrayEquals(generated(source, 5), generated(source, 5));
        assertFalse(Arrays.equals(generated(source, 5), generated(source, 6)));
        assertFalse(Arrays.equals(generated(source, 5), generated("generator:320x240@12.5#8", 5)));
    }

    @Test
    void theGeneratorsCounterCanBeRead() throws IOException {
        // Frame 407: the units' digit is 7 (upper bar, both right uprights), the tens' 0.
        int[] rgb = new int[640 * 480];
        new Scene(640, 480, 1).paint(407, rgb);
        int stroke = 4;
        assertEquals("0b1110111", lit(rgb, 4, stroke));
        assertEquals("0b100101", lit(rgb, 5, stroke));
        assertEquals("0b101110", lit(rgb, 3, stroke));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generator:",
                "generator:640@10",
                "generator:640x480",
                "generator:640x480@0",
                "generator:640x480@1000",
                "generator:8x480@10",
                "generator:640x99999@10",
                "generator:640x480@10#x",
            })
    void aWrongDescriptionIsRefused(String source) {
        assertFailsNaming(source, source);
    }

    /** Which of the seven segments of a digit are lit, looking at the middle of each. */
    private static String lit(int[] rgb, int digit, int stroke) {
        int x = 2 * stroke + digit * 7 * stroke;
        int y = 2 * stroke;
        double[][] middles = {
            {2.5, 0.5}, {0.5, 2.5}, {4.5, 2.5}, {2.5, 4.5}, {0.5, 6.5}, {4.5, 6.5}, {2.5, 8.5},
        };
        int lit = 0;
        for (int i = 0; i < middles.length; i++) {
            int px = x + (int) (middles[i][0] * stroke);
            int py = y + (int) (middles[i][1] * stroke);
            lit |= rgb[py * 640 + px] != 0 ? 1 << i : 0;
        }
        return "0b" + Integer.toBinaryString(lit);
    }

    private static BufferedImage halfTransparent() {
        var picture = new BufferedImage(96, 64, BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 96; x++) {
                picture.setRGB(x, y, 0x80ffffff);
            }
        }
        return picture;
    }

    private static byte[] clipFrame(int quality) throws IOException {
        try (var camera = Camera.open(CLIP.toString(), 0, quality)) {
            camera.advance();
            return camera.jpeg();
        }
    }

    private static byte[] generated(String source, int frames) throws IOException {
        try (var camera = Camera.open(source, 0, 80)) {
            for (int i = 0; i < frames; i++) {
                camera.advance();
            }
            return camera.jpeg();
        }
    }

    private static BufferedImage decode(byte[] jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }

    /** Asserts that a JPEG has a size, and shows something: many grey levels, none prevailing. */
    private static void assertPhoto(byte[] jpeg, int width, int height) throws IOException {
        BufferedImage picture = decode(jpeg);
        assertEquals(List.of(width, height), List.of(picture.getWidth(), picture.getHeight()));
        long levels =
                Arrays.stream(picture.getRGB(0, 0, width, height, null, 0, width))
                        .map(rgb -> rgb >> 8 & 0xff)
                        .distinct()
                        .count();
        assertTrue(levels > 50, levels + " levels of green");
    }

    private static void assertFailsNaming(String part, String source) {
        var error = assertThrows(IOException.class, () -> Camera.open(source, 0, 80).close());
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains(part), message);
    }
}
