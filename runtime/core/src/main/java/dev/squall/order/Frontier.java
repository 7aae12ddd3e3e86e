package dev.squall.order;

/**
 * The time up to which a shard's past is complete here: no message with an earlier stamp can still
 * be delivered, so that a read at or before it never changes.
 *
 * <p>Every sender publishes a promise (see {@code Hlc}) after the messages that it stamped before.
 * So: take the smallest promise, then note what has been sent; once all of that is delivered, the
 * past up to that promise is complete. The next round begins at once; an idle shard advances with
 * the senders' heartbeats.
 */
public final class Frontier {

    private long promised;
    private long needed;
    private long time;

    /** The time, in microseconds since 1970; 0 before the first round. */
    public long time() {
        return time;
    }

    /**
     * Takes a step; call between {@link Multicast#deliver} and the next fabric poll.
     *
     * @param multicast the shard
     * @param promise the smallest promise of the shard's members, read before this call
     */
    public void step(Multicast multicast, long promise) {
        if (multicast.delivered() >= needed) {
            time = Math.max(time, promised);
            promised = promise;
            needed = multicast.sentByAll();
        }
    }
}
