package dev.squall.base;

/**
 * What a caller is told when a request cannot be done: its kind decides what the caller may do, its
 * message names the value and the limit. Carries no stack trace, for it is an answer and not a bug.
 */
public final class Failure extends RuntimeException {

    /** What a caller can do about it. */
    public enum Kind {
        /** The request itself is wrong. */
        INVALID,
        /** There is nothing of this name. */
        NOT_FOUND,
        /** The precondition (compare-and-set) does not hold. */
        PRECONDITION,
        /** It is there already, or in use. */
        CONFLICT,
        /** Larger than the limit. */
        TOO_LARGE,
        /** A queue is full now: again in a moment. */
        OVERLOADED,
        /** The shard's memory is full. */
        FULL,
        /** The time asked for has not yet passed everywhere: again in a moment. */
        TOO_EARLY,
        /** A member is lost or not ready: nothing was done. */
        UNAVAILABLE,
        /**
         * A member was lost meanwhile: it may or may not have been done; a retry with the same
         * producer triple settles it.
         */
        OUTCOME_UNKNOWN,
        /** The user's logic failed on it. */
        LOGIC_FAILED,
        /** Not built yet. */
        NOT_AVAILABLE_YET
    }

    private final Kind kind;

    public Failure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
