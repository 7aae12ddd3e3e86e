package dev.squall.samples.motion;

import dev.squall.udl.DataType;
import dev.squall.udl.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What one camera usually sees, and what it saw last: the model's, kept from frame to frame in
 * native memory, where the next run reads it in place.
 */
final class Background implements AutoCloseable {

    private static final List<Long> UNKNOWN = List.of(1L, 2L, 0L, 0L);

    private Arena arena = Arena.ofConfined();
    private Tensor tensor = new Tensor("background", DataType.FP32, UNKNOWN, MemorySegment.NULL);

    /** As the model takes it; valid until the next {@link #learn}. */
    Tensor tensor() {
        return tensor;
    }

    /** Keeps what the model gave; it replaces what {@link #tensor} gave before. */
    void learn(Tensor learned) {
        if (!learned.shape().equals(tensor.shape())) {
            arena.close();
            arena = Arena.ofConfined();
            MemorySegment memory = arena.allocate(learned.bytes().byteSize(), Float.BYTES);
            tensor = new Tensor("background", DataType.FP32, learned.shape(), memory);
        }
        tensor.bytes().copyFrom(learned.bytes());
    }

    @Override
    public void close() {
        arena.close();
    }
}
