package dev.squall.edge;

/** How one attempt to put a frame ended. */
sealed interface Answer {

    /** The object is stored, by this attempt or by an earlier one of the same producer triple. */
    record Stored(long version) implements Answer {}

    /**
     * The cluster asks this client to slow down (429, 425): any node would say the same.
     *
     * @param retryAfterMillis how long it asked to wait, 0 when it did not say
     */
    record Busy(long retryAfterMillis) implements Answer {}

    /**
     * This node gave no usable answer: no connection, no answer in time, or 408, 502, 503, 504.
     * Whether it stored the object is unknown.
     *
     * @param reason what happened, for the log
     * @param retryAfterMillis how long it asked to wait, 0 when it did not say
     */
    record Unavailable(String reason, long retryAfterMillis) implements Answer {}

    /** The node failed on this object (a 5xx not named elsewhere); another attempt may succeed. */
    record Failed(int status, String detail) implements Answer {}

    /** No attempt will succeed: the object, its key or its pool is at fault (4xx, 501). */
    record Refused(int status, String detail) implements Answer {}
}
