package dev.squall.udl;

import java.nio.file.Path;

/**
 * What runs models: found by {@link java.util.ServiceLoader} in the node's own class path, loaded
 * when the first model is asked for.
 */
public interface ModelEngine {

    /** The platform it runs, as in {@link ModelSpec#platform()}. */
    String platform();

    /** Where it would run a model now: {@code cpu} or {@code cuda:N}. Loads nothing native. */
    String device();

    /**
     * Loads a model. Blocks, for seconds when the engine's native libraries load first.
     *
     * @param spec what the model takes and gives
     * @param file the model's file, readable until this returns
     * @return the model, to be closed by the caller
     * @throws IllegalStateException when it cannot be loaded; says why and what would help
     */
    Model load(ModelSpec spec, Path file);
}
