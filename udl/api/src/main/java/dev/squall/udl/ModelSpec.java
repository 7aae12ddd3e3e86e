package dev.squall.udl;

import java.util.List;

/**
 * What a model is called and what it takes and gives.
 *
 * @param name as in {@code /v2/models/{name}}
 * @param version a positive number
 * @param platform the engine that runs it, for example {@code pytorch_torchscript}
 * @param inputs the inputs, in the order of the model's parameters
 * @param outputs the outputs, in the order in which the model returns them
 */
public record ModelSpec(
        String name,
        int version,
        String platform,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs) {

    public ModelSpec {
        if (name.isBlank() || version < 1) {
            throw new IllegalArgumentException(
                    "a model needs a name and a version >= 1, not '" + name + "' " + version);
        }
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
