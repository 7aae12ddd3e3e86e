package dev.squall.samples.digits;

import dev.squall.udl.DataType;
import dev.squall.udl.Emitter;
import dev.squall.udl.Model;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Tensor;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import dev.squall.udl.UdlMetrics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Gets an image of one digit, encoded as PNG or JPEG, and says which digit it is.
 *
 * <p>Replies with the ten probabilities (FP32, little-endian). For an object with a key it also
 * puts {@code {"digit":7,"score":0.99}} to the output {@code read}, under the last part of that
 * key: {@code /digits/today/17} becomes {@code read/17}. A question without a key is only answered.
 */
public final class ReadDigit implements Udl {

    private static final String MODEL = "digits";
    private static final String OUTPUT = "read/";
    private static final List<Long> SHAPE =
            List.of(1L, 1L, (long) DigitImage.SIDE, (long) DigitImage.SIDE);

    private @Nullable Model model;
    private @Nullable UdlMetrics metrics;

    @Override
    public void open(UdlContext context) {
        model = context.models().model(MODEL);
        metrics = context.metrics();
    }

    @Override
    public void handle(ObjectView object, Emitter out) throws Exception {
        if (model == null || metrics == null) {
            throw new IllegalStateException("handle was called before open");
        }
        if (object.deleted()) {
            return;
        }
        float[] pixels = DigitImage.decode(object.bytes());
        var image = new Tensor("image", DataType.FP32, SHAPE, MemorySegment.ofArray(pixels));
        try (var inference = model.infer(List.of(image))) {
            MemorySegment probabilities = inference.outputs().getFirst().bytes();
            out.reply(probabilities.toArray(ValueLayout.JAVA_BYTE));
            if (!object.key().isEmpty()) {
                out.put(OUTPUT + lastPart(object.key()), reading(probabilities));
            }
        }
        metrics.count("digits_read", 1);
    }

    @Override
    public void close() {
        model = null; // the node's, shared with others: not ours to close
    }

    private static String reading(MemorySegment probabilities) {
        int digit = 0;
        float score = 0;
        for (int i = 0; i < probabilities.byteSize() / Float.BYTES; i++) {
            float p = probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (p > score) {
                digit = i;
                score = p;
            }
        }
        return String.format(Locale.ROOT, "{\"digit\":%d,\"score\":%.2f}", digit, score);
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
