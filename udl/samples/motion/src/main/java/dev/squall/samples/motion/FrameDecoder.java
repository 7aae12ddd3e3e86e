package dev.squall.samples.motion;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG into gray levels, into native memory that is used again for every frame.
 *
 * <p>Used by one thread.
 */
final class FrameDecoder implements AutoCloseable {

    /** Larger frames are refused before they are decoded. */
    static final int MAX_PIXELS = 16 << 20;

    private Arena arena = Arena.ofConfined();
    private MemorySegment pixels = MemorySegment.NULL;

    /**
     * Decodes a frame, which is valid until the next is decoded.
     *
     * @throws IOException when it is no image, or a broken or too large one; says which
     */
    Frame decode(MemorySegment encoded) throws IOException {
        BufferedImage image = read(encoded);
        int width = image.getWidth();
        int height = image.getHeight();
        MemorySegment gray = room((long) width * height * Float.BYTES);
        if (hasGraySamples(image)) {
            copyGray(image.getRaster(), gray);
        } else {
            copyLuma(image, gray);
        }
        return new Frame(width, height, gray);
    }

    private static BufferedImage read(MemorySegment encoded) throws IOException {
        var bytes = new ByteArrayInputStream(encoded.toArray(ValueLayout.JAVA_BYTE));
        try (var in = new MemoryCacheImageInputStream(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException(
                        "%d bytes are no frame that can be read; send a JPEG or PNG"
                                .formatted(encoded.byteSize()));
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long size = (long) reader.getWidth(0) * reader.getHeight(0);
                if (size > MAX_PIXELS) {
                    throw new IOException(
                            "frame has %d pixels, more than %d; send smaller ones"
                                    .formatted(size, MAX_PIXELS));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private MemorySegment room(long bytes) {
        if (pixels.byteSize() < bytes) {
            arena.close();
            arena = Arena.ofConfined();
            pixels = arena.allocate(bytes, Float.BYTES);
        }
        return pixels.asSlice(0, bytes);
    }

    /** Asked for RGB, Java brightens gray images; their own samples are what the camera saw. */
    private static boolean hasGraySamples(BufferedImage image) {
        Raster raster = image.getRaster();
        return raster.getNumBands() == 1
                && raster.getSampleModel().getSampleSize(0) == Byte.SIZE
                && !(image.getColorModel() instanceof IndexColorModel);
    }

    private static void copyGray(Raster raster, MemorySegment gray) {
        int width = raster.getWidth();
        var row = new float[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            MemorySegment.copy(
                    row, 0, gray, ValueLayout.JAVA_FLOAT, (long) y * width * Float.BYTES, width);
        }
    }

    /** Brightness by ITU-R BT.601, as in the JPEG itself. */
    private static void copyLuma(BufferedImage image, MemorySegment gray) {
        int width = image.getWidth();
        var argb = new int[width];
        var row = new float[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, argb, 0, width);
            for (int x = 0; x < width; x++) {
                int p = argb[x];
                row[x] = 0.299f * (p >> 16 & 0xFF) + 0.587f * (p >> 8 & 0xFF) + 0.114f * (p & 0xFF);
            }
            MemorySegment.copy(
                    row, 0, gray, ValueLayout.JAVA_FLOAT, (long) y * width * Float.BYTES, width);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
