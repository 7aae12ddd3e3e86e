package dev.squall.udl;

import java.util.List;

/**
 * The name, type and shape of a model's input or output.
 *
 * @param name as used in requests
 * @param type the element type
 * @param shape the dimensions, row-major; -1 where any size goes
 */
public record TensorSpec(String name, DataType type, List<Long> shape) {

    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Whether a tensor of this type and shape fits. */
    public boolean accepts(DataType type, List<Long> actual) {
        if (type != this.type || actual.size() != shape.size()) {
            return false;
        }
        for (int i = 0; i < shape.size(); i++) {
            long want = shape.get(i);
            if (want != -1 && want != actual.get(i)) {
                return false;
            }
        }
        return true;
    }
}
