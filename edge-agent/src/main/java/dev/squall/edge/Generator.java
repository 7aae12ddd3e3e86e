package dev.squall.edge;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A camera that is not there: {@code generator:WxH@FPS[#SEED]} draws a {@link Scene} without end.
 *
 * <p>Frame n of one size and seed is always the same picture, on any machine, so that what arrives
 * can be compared with what was sent.
 */
final class Generator implements Camera {
    static final String PREFIX = "generator:";
    static final int MIN_SIDE_PIXELS = 64;
    static final int MAX_SIDE_PIXELS = 4_096;
    static final double MAX_FPS = 240;
    static final long DEFAULT_SEED = 1;

    private static final Pattern SYNTAX =
            Pattern.compile("(\\d{1,5})x(\\d{1,5})@(\\d{1,4}(?:\\.\\d{1,3})?)(?:#(\\d{1,18}))?");

    private final double fps;
    private final BufferedImage picture;
    private final Scene scene;
    private final JpegWriter writer;
    private long next;

    private Generator(int width, int height, double fps, long seed, int quality) {
        this.fps = fps;
        this.picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.scene = new Scene(width, height, seed);
        this.writer = new JpegWriter(quality);
    }

    /**
     * Makes the camera that {@code generator:WxH@FPS[#SEED]} describes.
     *
     * @throws IOException when the description is not of this form or a number is out of bounds
     */
    static Generator parse(String source, int quality) throws IOException {
        Matcher parts = SYNTAX.matcher(source.substring(PREFIX.length()));
        if (!parts.matches()) {
            throw new IOException(
                    "'%s' is not of the form %sWxH@FPS[#SEED], for instance %s640x480@10"
                            .formatted(source, PREFIX, PREFIX));
        }
        double fps = Double.parseDouble(parts.group(3));
        if (fps <= 0 || fps > MAX_FPS) {
            throw new IOException(
                    "'%s': %s frames a second are not between 0 and %s"
                            .formatted(source, parts.group(3), MAX_FPS));
        }
        long seed = parts.group(4) == null ? DEFAULT_SEED : Long.parseLong(parts.group(4));
        return new Generator(
                side(source, parts.group(1)), side(source, parts.group(2)), fps, seed, quality);
    }

    private static int side(String source, String digits) throws IOException {
        int pixels = Integer.parseInt(digits);
        if (pixels < MIN_SIDE_PIXELS || pixels > MAX_SIDE_PIXELS) {
            throw new IOException(
                    "'%s': a side of %d pixels is not between %d and %d"
                            .formatted(source, pixels, MIN_SIDE_PIXELS, MAX_SIDE_PIXELS));
        }
        return pixels;
    }

    @Override
    public long advance() {
        return Math.round(next++ * 1_000_000 / fps);
    }

    @Override
    public byte[] jpeg() throws IOException {
        scene.paint(next - 1, ((DataBufferInt) picture.getRaster().getDataBuffer()).getData());
        return writer.encode(picture);
    }

    @Override
    public void rewind() {
        next = 0;
    }

    @Override
    public long intervalMicros() {
        return Math.round(1_000_000 / fps);
    }

    @Override
    public void close() {
        writer.close();
    }
}
