package dev.squall.torch;

import dev.squall.udl.Model;
import dev.squall.udl.ModelEngine;
import dev.squall.udl.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads TorchScript files ({@code .pt}).
 *
 * <p>The libtorch in the class path is the one for CPUs, so a model runs on {@code cpu}. May be
 * used from many threads.
 */
public final class TorchEngine implements ModelEngine {

    /** What a {@link ModelSpec} names to be run here. */
    public static final String PLATFORM = "pytorch_torchscript";

    private static final String CPU = "cpu";

    @Override
    public String platform() {
        return PLATFORM;
    }

    @Override
    public String device() {
        return CPU;
    }

    @Override
    public Model load(ModelSpec spec, Path file) {
        if (!spec.platform().equals(PLATFORM)) {
            throw new IllegalStateException(
                    "model '%s' is for platform '%s'; this engine runs '%s'"
                            .formatted(spec.name(), spec.platform(), PLATFORM));
        }
        if (!Files.isReadable(file)) {
            throw new IllegalStateException(
                    "model '%s': file %s cannot be read".formatted(spec.name(), file));
        }
        ElementType.check(spec);
        TorchRuntime.start();
        return new TorchModel(spec, CPU, Script.load(spec, file));
    }
}
