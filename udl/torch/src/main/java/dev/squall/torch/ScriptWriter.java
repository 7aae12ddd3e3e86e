package dev.squall.torch;

import java.nio.file.Path;
import org.bytedeco.pytorch.BoolType;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

/**
 * Writes a TorchScript file in Java: weights, and a {@code forward} in TorchScript's own language.
 *
 * <p>For programs that train or author a model. The module may be run, and trained, before it is
 * saved. In the script's text only built-in functions are known ({@code torch.conv2d}, methods of
 * tensors), and element types as values are not ({@code x.float()} instead of {@code
 * x.to(torch.float32)}).
 *
 * <p>Used by one thread.
 */
public final class ScriptWriter implements AutoCloseable {

    private static final String TRAINING = "training";

    private final JitModule module;

    /**
     * An empty module.
     *
     * @param name the script's class name, an identifier
     */
    public ScriptWriter(String name) {
        TorchRuntime.start();
        module = new JitModule(new QualifiedName(name));
        // Without this attribute a module can neither be told to train nor be frozen.
        module.register_attribute(
                TRAINING, new Type.TypePtr(BoolType.get().get()), new IValue(false));
    }

    /** Adds a weight, known as {@code self.name} in the script; trainable if it wants gradients. */
    public ScriptWriter weight(String name, Tensor value) {
        module.register_parameter(name, value, false);
        return this;
    }

    /**
     * Adds a method; {@code forward} is the one that a model runs.
     *
     * @throws IllegalArgumentException when the text does not compile; says where
     */
    public ScriptWriter define(String text) {
        try {
            module.define(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("script does not compile: " + e.getMessage(), e);
        }
        return this;
    }

    /** The module itself, to be run or trained. Closed with this writer. */
    public JitModule module() {
        return module;
    }

    /** Saves the module, told to infer. The same weights and text make the same bytes. */
    public void save(Path file) {
        module.eval();
        module.save(file.toString());
    }

    @Override
    public void close() {
        module.close();
    }
}
