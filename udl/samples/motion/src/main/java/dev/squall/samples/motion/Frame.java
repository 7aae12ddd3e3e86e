package dev.squall.samples.motion;

import dev.squall.udl.DataType;
import dev.squall.udl.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A decoded frame.
 *
 * @param width pixels a row
 * @param height rows
 * @param gray a float for each pixel, 0 to 255, row by row
 */
record Frame(int width, int height, MemorySegment gray) {

    Tensor tensor() {
        return new Tensor(
                "frame", DataType.FP32, List.of(1L, 1L, (long) height, (long) width), gray);
    }
}
