package dev.squall.node;

import dev.squall.base.Failure;

/**
 * Who waits for a put, told once, on the group agent's own thread: no hop to another thread and no
 * wake-up lies between the last replica's word and the answer. What it does must be short and must
 * not block; it may put again.
 */
public interface PutCaller {

    /** The put has come as far as was asked. */
    void answered(PutAnswer answer);

    /** It has not; what may have happened is the failure's to say. */
    void failed(Failure failure);
}
