package dev.squall.torch;

import dev.squall.udl.ModelSpec;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.MethodOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A loaded TorchScript module, and how careful its runs must be.
 *
 * <p>Loading freezes the module (its weights become constants, its sub-modules are inlined) and
 * optimises it for inference (batch norms folded, convolutions packed for this CPU). A module that
 * cannot be frozen, or cannot be optimised, runs as it is.
 *
 * <p>The frozen graph also tells whether runs may share what they touch, see {@link ScriptEffects}.
 *
 * @param module eval-ed; owned
 * @param form how far the module could be prepared
 * @param effects what a run may change
 */
record Script(JitModule module, Form form, ScriptEffects effects) implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Script.class.getName());
    private static final String FORWARD = "forward";

    enum Form {
        /** As in the file. */
        PLAIN,
        /** Weights are constants. */
        FROZEN,
        /** Frozen, then rewritten for this machine. */
        OPTIMIZED
    }

    /** Loads a module and prepares it as far as it allows. */
    static Script load(ModelSpec spec, Path file) {
        try (var _ = new PointerScope()) {
            var plain = read(spec, file);
            var frozen = freeze(spec, plain);
            if (frozen == null) {
                return own(plain, Form.PLAIN, ScriptEffects.UNKNOWN);
            }
            // Before optimisation, which itself writes in place, into tensors it has just made.
            var effects = ScriptEffects.of(frozen.get_method(FORWARD).graph(), frozen);
            if (optimize(spec, frozen)) {
                return own(frozen, Form.OPTIMIZED, effects);
            }
            // A failed optimisation leaves the module half rewritten: begin again without it.
            return own(torch.freeze(read(spec, file)), Form.FROZEN, effects);
        }
    }

    private static JitModule read(ModelSpec spec, Path file) {
        JitModule module;
        try {
            module = torch.load(file.toString());
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "model '%s': %s is no TorchScript file that libtorch can load: %s"
                            .formatted(spec.name(), file, TorchFailure.reason(e)),
                    e);
        }
        module.eval();
        checkParameters(spec, module.find_method(FORWARD));
        return module;
    }

    private static void checkParameters(ModelSpec spec, MethodOptional forward) {
        if (!forward.has_value()) {
            throw new IllegalStateException(
                    "model '%s' has no method 'forward'".formatted(spec.name()));
        }
        long takes = forward.get().num_inputs() - 1; // the first is the module itself
        if (takes != spec.inputs().size()) {
            throw new IllegalStateException(
                    "model '%s' is described with %d inputs, but its forward takes %d"
                            .formatted(spec.name(), spec.inputs().size(), takes));
        }
    }

    private static @Nullable JitModule freeze(ModelSpec spec, JitModule module) {
        try {
            return torch.freeze(module);
        } catch (RuntimeException e) {
            logFallback(spec, "cannot be frozen and runs as it is", e);
            return null;
        }
    }

    private static boolean optimize(ModelSpec spec, JitModule frozen) {
        try {
            var _ = torch.optimize_for_inference(frozen); // rewrites its argument
            return true;
        } catch (RuntimeException e) {
            logFallback(spec, "cannot be optimised and runs frozen", e);
            return false;
        }
    }

    private static void logFallback(ModelSpec spec, String what, RuntimeException e) {
        LOG.log(
                Level.INFO,
                () -> "model '%s' %s: %s".formatted(spec.name(), what, TorchFailure.reason(e)));
    }

    /** Takes the module out of the loading scope. */
    private static Script own(JitModule module, Form form, ScriptEffects effects) {
        module.retainReference();
        return new Script(module, form, effects);
    }

    @Override
    public void close() {
        module.close();
    }
}
