package dev.squall.udl;

import java.util.List;

/**
 * The outputs of one run of a model: a scope that owns every native object which the run made.
 * Closed by the caller, on the thread that called {@link Model#infer}.
 */
public interface Inference extends AutoCloseable {

    /** The outputs in the specification's order; their memory is valid until {@link #close}. */
    List<Tensor> outputs();

    /** Frees everything that the run made. Closing twice is fine. */
    @Override
    void close();
}
