package dev.squall.samples.motion;

import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Twenty consecutive real frames, see {@code frames/ORIGIN.md}. */
final class Frames {

    static final int COUNT = 20;

    private Frames() {}

    /** The frame with this number, from 1 to {@link #COUNT}, as JPEG. */
    static byte[] jpeg(int number) {
        var name = "/frames/frame-%02d.jpg".formatted(number);
        try (var in = Objects.requireNonNull(Frames.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static IntStream numbers() {
        return IntStream.rangeClosed(1, COUNT);
    }

    /** The frame as if the sun had come out: every level times {@code gain} plus {@code offset}. */
    static byte[] lit(int number, float gain, float offset) {
        return encode(new RescaleOp(gain, offset, null).filter(image(number), null));
    }

    /** The frame with its sides multiplied. */
    static byte[] enlarged(int number, int times) {
        BufferedImage small = image(number);
        var large =
                new BufferedImage(
                        small.getWidth() * times, small.getHeight() * times, small.getType());
        var graphics = large.createGraphics();
        graphics.drawImage(small, 0, 0, large.getWidth(), large.getHeight(), null);
        graphics.dispose();
        return encode(large);
    }

    private static BufferedImage image(int number) {
        try {
            return ImageIO.read(new ByteArrayInputStream(jpeg(number)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encode(BufferedImage image) {
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "jpg", out)) {
                throw new IllegalStateException("cannot encode as JPEG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
