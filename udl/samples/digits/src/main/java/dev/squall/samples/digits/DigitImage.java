package dev.squall.samples.digits;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Makes of an encoded image what the model was trained on: {@value #SIDE} x {@value #SIDE} gray
 * values from 0 (paper) to 1 (ink), white on black.
 *
 * <p>The image is fitted into the square, with its sides' ratio kept, by averaging the area that
 * each pixel covers; a 20 x 20 gray image passes unchanged. Where the border is bright, the digit
 * is taken for ink on white paper and turned.
 */
final class DigitImage {

    static final int SIDE = 20;

    /** Larger images are refused before they are decoded. */
    static final int MAX_PIXELS = 16 << 20;

    private static final int WHITE = 255;

    private final float[] gray; // 0 to 255, row by row
    private final int width;
    private final int height;

    private DigitImage(float[] gray, int width, int height) {
        this.gray = gray;
        this.width = width;
        this.height = height;
    }

    /**
     * Decodes and fits an image.
     *
     * @throws IOException when it is no image, or a broken or too large one; says which
     */
    static float[] decode(MemorySegment encoded) throws IOException {
        DigitImage image = of(read(encoded));
        return image.fitted(image.isBrightAround());
    }

    private static BufferedImage read(MemorySegment encoded) throws IOException {
        var bytes = new ByteArrayInputStream(encoded.toArray(ValueLayout.JAVA_BYTE));
        try (var in = new MemoryCacheImageInputStream(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException(
                        "%d bytes are no image that can be read; send a PNG or JPEG"
                                .formatted(encoded.byteSize()));
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new IOException(
                            "image has %d pixels, more than %d; send a smaller one"
                                    .formatted(pixels, MAX_PIXELS));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static DigitImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var gray = new float[width * height];
        var raster = image.getRaster();
        // Asked for RGB, Java brightens gray images; their samples are what was encoded.
        boolean plain =
                raster.getNumBands() == 1 && !(image.getColorModel() instanceof IndexColorModel);
        if (plain) {
            raster.getSamples(0, 0, width, height, 0, gray);
            float full = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
            for (int i = 0; i < gray.length; i++) {
                gray[i] *= WHITE / full;
            }
        } else {
            int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
            for (int i = 0; i < gray.length; i++) {
                gray[i] = luma(argb[i]);
            }
        }
        return new DigitImage(gray, width, height);
    }

    /** Brightness by ITU-R BT.601; transparent means white, like paper. */
    private static float luma(int argb) {
        int alpha = argb >>> 24;
        float luma =
                0.299f * (argb >> 16 & 0xFF) + 0.587f * (argb >> 8 & 0xFF) + 0.114f * (argb & 0xFF);
        return (luma * alpha + WHITE * (WHITE - alpha)) / WHITE;
    }

    private boolean isBrightAround() {
        float sum = 0;
        for (int x = 0; x < width; x++) {
            sum += gray[x] + gray[(height - 1) * width + x];
        }
        for (int y = 0; y < height; y++) {
            sum += gray[y * width] + gray[y * width + width - 1];
        }
        return sum / (2 * (width + height)) > WHITE / 2f;
    }

    private float[] fitted(boolean turned) {
        var out = new float[SIDE * SIDE];
        double scale = Math.max(width, height) / (double) SIDE; // image pixels a fitted pixel
        double left = (width - SIDE * scale) / 2;
        double top = (height - SIDE * scale) / 2;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                out[y * SIDE + x] = ink(left + x * scale, top + y * scale, scale, turned) / WHITE;
            }
        }
        return out;
    }

    /** Mean ink of a square; what lies outside of the image has none. */
    private float ink(double left, double top, double side, boolean turned) {
        double sum = 0;
        int bottom = (int) Math.min(height, Math.ceil(top + side));
        int right = (int) Math.min(width, Math.ceil(left + side));
        for (int y = (int) Math.max(0, Math.floor(top)); y < bottom; y++) {
            double covered = Math.min(y + 1, top + side) - Math.max(y, top);
            for (int x = (int) Math.max(0, Math.floor(left)); x < right; x++) {
                double share = covered * (Math.min(x + 1, left + side) - Math.max(x, left));
                float value = gray[y * width + x];
                sum += share * (turned ? WHITE - value : value);
            }
        }
        return (float) (sum / (side * side));
    }
}
