package dev.squall.udl;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Typed, shaped, row-major, little-endian memory. Owns nothing: the memory belongs to whoever made
 * it.
 *
 * @param name the input's or output's name
 * @param type the element type
 * @param shape the dimensions, none negative
 * @param bytes exactly {@code product(shape) * type.bytes()} bytes; for {@link DataType#BYTES} each
 *     element is a 4-byte length followed by that many bytes
 */
public record Tensor(String name, DataType type, List<Long> shape, MemorySegment bytes) {

    public Tensor {
        shape = List.copyOf(shape);
        long want = elements(shape) * type.bytes();
        if (type != DataType.BYTES && want != bytes.byteSize()) {
            throw new IllegalArgumentException(
                    "tensor '%s' of type %s and shape %s needs %d bytes, not %d"
                            .formatted(name, type, shape, want, bytes.byteSize()));
        }
    }

    /** How many elements a shape has. */
    public static long elements(List<Long> shape) {
        long n = 1;
        for (long d : shape) {
            if (d < 0) {
                throw new IllegalArgumentException("negative dimension in shape " + shape);
            }
            n = Math.multiplyExact(n, d);
        }
        return n;
    }
}
