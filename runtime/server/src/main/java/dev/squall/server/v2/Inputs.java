package dev.squall.server.v2;

import dev.squall.base.Failure;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds a request's tensors against what the model takes, and brings them into its order. */
final class Inputs {

    private static final ValueLayout.OfInt LENGTH =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ModelSpec model;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    Inputs(ModelSpec model) {
        this.model = model;
    }

    void add(String name, DataType type, List<Long> shape, MemorySegment bytes) {
        var spec =
                model.inputs().stream()
                        .filter(i -> i.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> invalid("has no input '%s'".formatted(name)));
        if (!spec.accepts(type, shape)) {
            throw invalid(
                    "takes input '%s' as %s %s, not %s %s"
                            .formatted(name, spec.type(), spec.shape(), type, shape));
        }
        try {
            if (type == DataType.BYTES) {
                checkElements(name, shape, bytes);
            }
            if (tensors.put(name, new Tensor(name, type, shape, bytes)) != null) {
                throw invalid("got input '%s' twice".formatted(name));
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Failure(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static void checkElements(String name, List<Long> shape, MemorySegment bytes) {
        long count = 0;
        long at = 0;
        while (at < bytes.byteSize()) {
            long left = bytes.byteSize() - at - LENGTH.byteSize();
            int length = left < 0 ? -1 : bytes.get(LENGTH, at);
            if (length < 0 || length > left) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "input '%s': element %d does not end within the tensor"
                                .formatted(name, count));
            }
            at += LENGTH.byteSize() + length;
            count++;
        }
        if (count != Tensor.elements(shape)) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "input '%s' of shape %s has %d elements".formatted(name, shape, count));
        }
    }

    /** All tensors in the model's order. */
    List<Tensor> ordered() {
        var ordered = new ArrayList<Tensor>();
        for (var spec : model.inputs()) {
            var tensor = tensors.get(spec.name());
            if (tensor == null) {
                throw invalid(
                        "takes %d input(s); '%s' is missing"
                                .formatted(model.inputs().size(), spec.name()));
            }
            ordered.add(tensor);
        }
        return ordered;
    }

    /** A stretch of the body in aligned memory of its own. */
    static MemorySegment slice(byte[] body, int from, int length) {
        return TensorBuilder.copy(MemorySegment.ofArray(body).asSlice(from, length));
    }

    /** The one tensor of a raw request: its shape follows from the number of bytes. */
    static Tensor raw(ModelSpec model, byte[] body) {
        if (model.inputs().size() != 1) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "model '%s' takes %d inputs; a raw request has one"
                            .formatted(model.name(), model.inputs().size()));
        }
        var spec = model.inputs().getFirst();
        var inputs = new Inputs(model);
        if (spec.type() == DataType.BYTES) {
            var shape = new ArrayList<Long>();
            spec.shape().forEach(_ -> shape.add(1L));
            inputs.add(spec.name(), spec.type(), shape, element(body));
        } else {
            inputs.add(spec.name(), spec.type(), shape(spec, body), slice(body, 0, body.length));
        }
        return inputs.ordered().getFirst();
    }

    private static MemorySegment element(byte[] body) {
        var bytes = new byte[Math.addExact(4, body.length)];
        var element = MemorySegment.ofArray(bytes);
        element.set(LENGTH, 0, body.length);
        MemorySegment.copy(MemorySegment.ofArray(body), 0, element, 4, body.length);
        return TensorBuilder.copy(element);
    }

    private static List<Long> shape(TensorSpec spec, byte[] body) {
        long fixed = spec.type().bytes();
        int open = 0;
        for (long d : spec.shape()) {
            if (d < 0) {
                open++;
            } else {
                fixed = Math.multiplyExact(fixed, d);
            }
        }
        if (open > 1 || fixed == 0) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "input '%s' has shape %s; a raw request needs at most one open dimension"
                            .formatted(spec.name(), spec.shape()));
        }
        long rest = body.length / fixed;
        return spec.shape().stream().map(d -> d < 0 ? rest : d).toList();
    }

    private Failure invalid(String what) {
        return new Failure(Failure.Kind.INVALID, "model '%s' %s".formatted(model.name(), what));
    }
}
