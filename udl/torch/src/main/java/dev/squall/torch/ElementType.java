package dev.squall.torch;

import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** What libtorch calls the protocol's element types. */
final class ElementType {

    private ElementType() {}

    /**
     * Refuses a specification that no tensor of libtorch can satisfy.
     *
     * @throws IllegalStateException naming the input or output
     */
    static void check(ModelSpec spec) {
        Stream.concat(spec.inputs().stream(), spec.outputs().stream())
                .filter(tensor -> tensor.type() == DataType.BYTES)
                .map(TensorSpec::name)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalStateException(
                            "model '%s': '%s' is of type BYTES, which tensors cannot hold;"
                                            .formatted(spec.name(), name)
                                    + " use UINT8, or let a UDL entry serve the model");
                });
    }

    /** The type for a {@link DataType} that passed {@link #check}. */
    static ScalarType scalar(DataType type) {
        return switch (type) {
            case BOOL -> ScalarType.Bool;
            case UINT8 -> ScalarType.Byte;
            case UINT16 -> ScalarType.UInt16;
            case UINT32 -> ScalarType.UInt32;
            case UINT64 -> ScalarType.UInt64;
            case INT8 -> ScalarType.Char;
            case INT16 -> ScalarType.Short;
            case INT32 -> ScalarType.Int;
            case INT64 -> ScalarType.Long;
            case FP16 -> ScalarType.Half;
            case BF16 -> ScalarType.BFloat16;
            case FP32 -> ScalarType.Float;
            case FP64 -> ScalarType.Double;
            case BYTES -> throw new IllegalArgumentException("BYTES is no tensor type");
        };
    }

    /** The protocol's type, or null where it has none (complex and quantised numbers). */
    static @Nullable DataType of(ScalarType scalar) {
        for (DataType type : DataType.values()) {
            // By value: what JavaCPP returns is no constant of its own enum.
            if (type != DataType.BYTES && scalar(type).value == scalar.value) {
                return type;
            }
        }
        return null;
    }
}
