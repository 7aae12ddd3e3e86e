package dev.squall.edge;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A directory of pictures, shown in the order of their names.
 *
 * <p>A JPEG goes up as it is, byte for byte; a PNG is encoded anew, over black where it is
 * transparent. The listing is taken at the start and again at each {@link #rewind}.
 */
final class ImageDirectory implements Camera {
    /** Frames a second unless told otherwise. */
    static final double DEFAULT_FPS = 10;

    /** A larger file is not read. */
    static final long MAX_FILE_BYTES = 16 << 20;

    /** Of a larger directory only the first ones are shown. */
    static final int MAX_FILES = 100_000;

    private final Path directory;
    private final double fps;
    private final JpegWriter writer;
    private List<Path> pictures;
    private int next;

    ImageDirectory(Path directory, double fps, int quality) throws IOException {
        this.directory = directory;
        this.fps = fps > 0 ? fps : DEFAULT_FPS;
        this.pictures = list(directory);
        this.writer = new JpegWriter(quality);
    }

    @Override
    public long advance() {
        if (next == pictures.size()) {
            return END;
        }
        return Math.round(next++ * 1_000_000 / fps);
    }

    @Override
    public byte[] jpeg() throws IOException {
        Path file = pictures.get(next - 1);
        long size = Files.size(file);
        if (size > MAX_FILE_BYTES) {
            throw new UnreadableFrameException(
                    "%s has %d bytes, the limit is %d".formatted(file, size, MAX_FILE_BYTES));
        }
        return isPng(file) ? encode(file) : verbatim(file);
    }

    @Override
    public void rewind() throws IOException {
        pictures = list(directory);
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

    private static List<Path> list(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> found =
                    files.filter(ImageDirectory::isPicture)
                            .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                            .limit(MAX_FILES)
                            .toList();
            if (found.isEmpty()) {
                throw new IOException("no .jpg, .jpeg or .png in " + directory);
            }
            return found;
        }
    }

    private static boolean isPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png");
    }

    private static boolean isPng(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    private static byte[] verbatim(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < 4 || (bytes[0] & 0xff) != 0xff || (bytes[1] & 0xff) != 0xd8) {
            throw new UnreadableFrameException(file + " does not begin like a JPEG");
        }
        return bytes;
    }

    private byte[] encode(Path file) throws IOException {
        BufferedImage picture;
        try {
            picture = ImageIO.read(file.toFile());
        } catch (IOException | RuntimeException e) { // the reader throws either on broken bytes
            throw new UnreadableFrameException("%s: %s".formatted(file, e.getMessage()));
        }
        if (picture == null) {
            throw new UnreadableFrameException(file + " is no picture that the JDK can read");
        }
        return writer.encode(opaque(picture));
    }

    /** Lays a picture over black: a JPEG has no transparency. */
    private static BufferedImage opaque(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        var flat = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            picture.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                row[x] = overBlack(row[x]);
            }
            flat.setRGB(0, y, width, 1, row, 0, width);
        }
        return flat;
    }

    private static int overBlack(int argb) {
        int alpha = argb >>> 24;
        int red = (argb >> 16 & 0xff) * alpha / 255;
        int green = (argb >> 8 & 0xff) * alpha / 255;
        int blue = (argb & 0xff) * alpha / 255;
        return red << 16 | green << 8 | blue;
    }
}
