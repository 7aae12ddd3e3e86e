package dev.squall.edge;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures that live on the Java heap, with the JDK's own encoder. Single thread. */
final class JpegWriter {
    private static final int FIRST_SIZE_BYTES = 64 << 10;

    private final ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    private final ImageWriteParam settings = writer.getDefaultWriteParam();

    /**
     * @param quality 1 (small) to 100 (good)
     */
    JpegWriter(int quality) {
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(quality / 100f);
    }

    /** Encodes a picture without transparency. */
    byte[] encode(BufferedImage picture) throws IOException {
        var bytes = new ByteArrayOutputStream(FIRST_SIZE_BYTES);
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.setOutput(null);
        }
        return bytes.toByteArray();
    }

    void close() {
        writer.dispose();
    }
}
