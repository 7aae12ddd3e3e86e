package dev.squall.torch;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.squall.udl.DataType;
import dev.squall.udl.Model;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.function.Executable;

/** Writes small scripts and loads them through the engine, as a node does. */
record Scripts(Path directory) {

    static final List<Long> ANY = List.of(-1L);

    /** A file with this script, whose weights {@code weights} adds. */
    Path write(String script, Consumer<ScriptWriter> weights) {
        Path file = directory.resolve("model.pt");
        try (var writer = new ScriptWriter("Small")) {
            weights.accept(writer);
            writer.define(script).save(file);
        }
        return file;
    }

    Path write(String script) {
        return write(script, _ -> {});
    }

    Model load(ModelSpec spec, String script) {
        return new TorchEngine().load(spec, write(script));
    }

    /** A model {@code x -> script} over vectors of floats. */
    Model load(String script) {
        return load(floats(1, 1), script);
    }

    static ModelSpec floats(int inputs, int outputs) {
        return spec(vectors("in", inputs), vectors("out", outputs));
    }

    static ModelSpec spec(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelSpec("small", 1, TorchEngine.PLATFORM, inputs, outputs);
    }

    private static List<TensorSpec> vectors(String name, int count) {
        var specs = new ArrayList<TensorSpec>();
        for (int i = 0; i < count; i++) {
            specs.add(new TensorSpec(name + i, DataType.FP32, ANY));
        }
        return specs;
    }

    static Tensor vector(MemorySegment floats) {
        return new Tensor("in0", DataType.FP32, List.of(floats.byteSize() / Float.BYTES), floats);
    }

    static Tensor vector(float... values) {
        return vector(MemorySegment.ofArray(values));
    }

    static MemorySegment allocate(Arena arena, float... values) {
        return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    }

    static float[] run(Model model, Tensor... inputs) {
        try (var inference = model.infer(List.of(inputs))) {
            return read(inference.outputs().getFirst());
        }
    }

    static float[] read(Tensor tensor) {
        return tensor.bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /** The message with which {@code call} fails. */
    static String failure(Class<? extends Throwable> kind, Executable call) {
        return String.valueOf(assertThrows(kind, call).getMessage());
    }
}
