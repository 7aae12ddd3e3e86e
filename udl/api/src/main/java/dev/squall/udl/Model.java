package dev.squall.udl;

import java.util.List;

/**
 * A loaded model, independent of the engine that runs it.
 *
 * <p><b>Threads.</b> {@link #infer} may be called from many platform threads at once; never from a
 * virtual thread, which native code would pin.
 */
public interface Model extends AutoCloseable {

    /** What goes in and what comes out. */
    ModelSpec spec();

    /** Where it runs: {@code cpu} or {@code cuda:N}. */
    String device();

    /**
     * Runs the model once.
     *
     * @param inputs one tensor for each of the specification's inputs, in that order; their memory
     *     is read in place on the CPU and must stay unchanged until this returns
     * @return the outputs, to be closed by the caller on the same thread
     * @throws IllegalArgumentException when a tensor's type or shape does not fit; names both
     * @throws IllegalStateException when the model itself fails
     */
    Inference infer(List<Tensor> inputs);

    /** Frees the model. Calls of {@link #infer} that are under way finish first. */
    @Override
    void close();
}
