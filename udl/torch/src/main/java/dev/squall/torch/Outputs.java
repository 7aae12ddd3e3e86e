package dev.squall.torch;

import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TupleElements;

/**
 * Takes what a script returned and makes of it what the specification promised.
 *
 * <p>A script may return a tensor, a tuple or a list of tensors in the specification's order, or a
 * dictionary with the outputs' names as keys. An output that is, or is part of, an input is copied:
 * the caller may reuse an input's memory as soon as the run is over.
 */
record Outputs(ModelSpec spec, ScriptEffects effects, List<Tensor> inputs) {

    /** Checks every output and takes it out of the run's scope. */
    TorchInference take(IValue returned) {
        List<Tensor> tensors = tensors(returned);
        if (tensors.size() != spec.outputs().size()) {
            throw new IllegalStateException(
                    "model '%s' is described with %d outputs, but gave %d"
                            .formatted(spec.name(), spec.outputs().size(), tensors.size()));
        }
        tensors.replaceAll(this::own);
        for (int i = 0; i < tensors.size(); i++) {
            check(spec.outputs().get(i), tensors.get(i));
        }
        return new TorchInference(spec.outputs(), tensors);
    }

    private List<Tensor> tensors(IValue value) {
        var found = new ArrayList<Tensor>(spec.outputs().size());
        if (value.isTensor()) {
            found.add(value.toTensor());
        } else if (value.isTuple()) {
            TupleElements elements = value.toTuple().elements();
            for (long i = 0; i < elements.size(); i++) {
                found.add(tensor(elements.get(i)));
            }
        } else if (value.isTensorList()) {
            var list = value.toTensorVector();
            for (long i = 0; i < list.size(); i++) {
                found.add(list.get(i));
            }
        } else if (value.isGenericDict()) {
            GenericDict dictionary = value.toGenericDict();
            for (TensorSpec output : spec.outputs()) {
                found.add(tensor(named(dictionary, output.name())));
            }
        } else {
            throw new IllegalStateException(
                    "model '%s' gave neither tensors nor a tuple, list or dictionary of them"
                            .formatted(spec.name()));
        }
        return found;
    }

    private IValue named(GenericDict dictionary, String name) {
        var key = new IValue(name);
        if (!dictionary.contains(key)) {
            throw new IllegalStateException(
                    "model '%s' gave a dictionary without output '%s'"
                            .formatted(spec.name(), name));
        }
        return dictionary.at(key);
    }

    private Tensor tensor(IValue value) {
        if (!value.isTensor()) {
            throw new IllegalStateException(
                    "model '%s' gave a collection that holds something else than tensors"
                            .formatted(spec.name()));
        }
        return value.toTensor();
    }

    /** The same numbers in row-major memory that nobody else writes. */
    private Tensor own(Tensor tensor) {
        Tensor dense = tensor.is_mkldnn() || tensor.is_sparse() ? tensor.to_dense() : tensor;
        Tensor contiguous = dense.contiguous();
        boolean shared = effects.keepsState() || inputs.stream().anyMatch(contiguous::is_alias_of);
        return shared ? contiguous.clone() : contiguous;
    }

    private void check(TensorSpec want, Tensor got) {
        DataType type = ElementType.of(got.scalar_type());
        List<Long> shape = Arrays.stream(got.shape()).boxed().toList();
        if (type == null || !want.accepts(type, shape)) {
            throw new IllegalStateException(
                    "output '%s' of model '%s' is described as %s %s, but is %s %s"
                            .formatted(
                                    want.name(),
                                    spec.name(),
                                    want.type(),
                                    want.shape(),
                                    type == null ? got.scalar_type().intern() : type,
                                    shape));
        }
    }
}
