package dev.squall.samples.motion;

import dev.squall.udl.DataType;
import dev.squall.udl.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * When a change counts as motion.
 *
 * @param threshold gray levels, 1 to 255
 * @param lighting share of the picture above which a change is the light's, 0 to 1
 * @param cells the smallest region, in cells
 */
record Settings(float threshold, float lighting, int cells) {

    private static final int MAX_CELLS = 10_000;

    Settings {
        check("threshold", threshold, 1, 255);
        check("lighting", lighting, 0, 1);
        check("cells", cells, 1, MAX_CELLS);
    }

    private static void check(String name, float value, int least, int most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "config '%s' is %s; it must be from %d to %d"
                            .formatted(name, value, least, most));
        }
    }

    /** Reads a configuration; what it leaves out is as in the descriptor. */
    static Settings of(Map<String, String> config) {
        return new Settings(
                number(config, "threshold", "30"),
                number(config, "lighting", "0.7"),
                (int) number(config, "cells", "2"));
    }

    private static float number(Map<String, String> config, String name, String otherwise) {
        String text = config.getOrDefault(name, otherwise);
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "config '%s' is '%s', which is no number".formatted(name, text), e);
        }
    }

    /** What of this the model needs. */
    Tensor tensor() {
        return new Tensor(
                "settings",
                DataType.FP32,
                List.of(2L),
                MemorySegment.ofArray(new float[] {threshold, lighting}));
    }
}
