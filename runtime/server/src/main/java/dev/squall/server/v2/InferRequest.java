package dev.squall.server.v2;

import dev.squall.udl.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded inference request.
 *
 * @param id echoed, or null
 * @param inputs one for each of the model's inputs, in that order, each in memory of its own
 * @param outputs which outputs are wanted, in this order; empty = all
 * @param binary whether outputs come as bytes unless one says otherwise
 */
record InferRequest(
        @Nullable String id, List<Tensor> inputs, List<Wanted> outputs, boolean binary) {

    /** The most inputs, and the most outputs, of a request. */
    static final int TENSORS_MAX = 256;

    /** The most dimensions of a tensor. */
    static final int DIMENSIONS_MAX = 32;

    /**
     * An output that is asked for.
     *
     * @param binary how, or null when it does not say
     */
    record Wanted(String name, @Nullable Boolean binary) {}
}
