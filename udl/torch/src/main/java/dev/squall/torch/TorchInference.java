package dev.squall.torch;

import dev.squall.udl.Inference;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The outputs of one run, in libtorch's own memory.
 *
 * <p>Read and closed on the thread that ran the model; another thread, or a read after {@link
 * #close}, meets an exception, never freed memory.
 */
final class TorchInference implements Inference {

    private final Arena arena = Arena.ofConfined();
    private final List<Tensor> owned;
    private final List<dev.squall.udl.Tensor> outputs;

    /** Takes checked, contiguous tensors out of the innermost scope; {@link #close} frees them. */
    TorchInference(List<TensorSpec> specs, List<Tensor> tensors) {
        owned = List.copyOf(tensors);
        outputs =
                IntStream.range(0, owned.size())
                        .mapToObj(i -> output(specs.get(i), owned.get(i)))
                        .toList();
        owned.forEach(Tensor::retainReference);
    }

    private dev.squall.udl.Tensor output(TensorSpec spec, Tensor tensor) {
        return new dev.squall.udl.Tensor(
                spec.name(),
                spec.type(),
                Arrays.stream(tensor.shape()).boxed().toList(),
                TensorMemory.of(tensor, arena));
    }

    @Override
    public List<dev.squall.udl.Tensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            owned.forEach(Tensor::close);
        }
    }
}
