package dev.squall.udl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

    @Test
    void memoryMustMatchTypeAndShape() {
        var four = MemorySegment.ofArray(new byte[16]);
        assertEquals(16, new Tensor("x", DataType.FP32, List.of(2L, 2L), four).bytes().byteSize());
        var wrong =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Tensor("x", DataType.FP32, List.of(2L, 3L), four));
        assertEquals(
                "tensor 'x' of type FP32 and shape [2, 3] needs 24 bytes, not 16",
                wrong.getMessage());
    }

    @Test
    void minusOneInASpecificationTakesAnySize() {
        var spec = new TensorSpec("image", DataType.FP32, List.of(-1L, 1L, 20L, 20L));
        assertTrue(spec.accepts(DataType.FP32, List.of(7L, 1L, 20L, 20L)));
        assertFalse(spec.accepts(DataType.FP32, List.of(7L, 1L, 20L)));
        assertFalse(spec.accepts(DataType.FP32, List.of(7L, 1L, 20L, 21L)));
        assertFalse(spec.accepts(DataType.UINT8, List.of(7L, 1L, 20L, 20L)));
    }

    @Test
    void anEmptyDimensionHasNoElements() {
        assertEquals(0, Tensor.elements(List.of(3L, 0L)));
        assertEquals(1, Tensor.elements(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Tensor.elements(List.of(-1L)));
    }
}
