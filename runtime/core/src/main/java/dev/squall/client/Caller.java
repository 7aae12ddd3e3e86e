package dev.squall.client;

import dev.squall.base.Failure;

/**
 * Who waits for an answer, told once, on the client's own thread: what it does must be short and
 * must not block; it may ask again.
 *
 * @param <T> the answer
 */
public interface Caller<T> {

    /** It is done. */
    void answered(T answer);

    /**
     * It is not, and the failure's kind says what is known: {@code OUTCOME_UNKNOWN} that it may
     * have been, all others that nothing was.
     */
    void failed(Failure failure);
}
