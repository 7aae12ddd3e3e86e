package dev.squall.bench.chaos;

import java.util.Locale;

/**
 * One call of a client, over all its attempts.
 *
 * @param client who called
 * @param node the node that gave the last answer
 * @param stamp of a write its producer triple, which its value carries too; of a read the triple in
 *     the value seen, empty when there was none
 * @param expected of a compare-and-set the version required, 0 = none
 * @param invoked when the first attempt began, nanoseconds of this machine's clock
 * @param completed when the last answer came; {@link #NEVER} when nobody knows what happened
 * @param version given to the write, or seen by the read; 0 = not known, or none
 * @param timestamp likewise, microseconds since 1970
 */
record Operation(
        int client,
        Kind kind,
        String key,
        int node,
        String stamp,
        long expected,
        long invoked,
        long completed,
        Outcome outcome,
        long version,
        long timestamp) {

    /** The end of what has no end. */
    static final long NEVER = Long.MAX_VALUE;

    /** What was asked. */
    enum Kind {
        PUT,
        /** A put that requires a version. */
        CAS,
        DELETE,
        /** The newest that this node has. */
        READ,
        /** The newest that survives the loss of any minority. */
        STABLE_READ;

        boolean writes() {
            return this == PUT || this == CAS || this == DELETE;
        }
    }

    /** What was told. */
    enum Outcome {
        /** Done, or seen. */
        OK,
        /** There was no object. */
        ABSENT,
        /** Another version was the newest. */
        MISMATCH,
        /** Nothing happened. */
        FAILED,
        /** It may have happened, and may happen yet. */
        UNKNOWN
    }

    /** Whether it was a write that was done. */
    boolean stored() {
        return kind.writes() && outcome == Outcome.OK;
    }

    /** The same once its version is known from the history: done, at some time after its call. */
    Operation settled(long foundVersion, long foundTimestamp) {
        return new Operation(
                client,
                kind,
                key,
                node,
                stamp,
                expected,
                invoked,
                NEVER,
                Outcome.OK,
                foundVersion,
                foundTimestamp);
    }

    @Override
    public String toString() {
        return "%s %s %s at node %d: %s%s%s%s"
                .formatted(
                        kind.name().toLowerCase(Locale.ROOT),
                        key,
                        kind.writes() ? "by " + stamp : "by client " + client,
                        node,
                        outcome.name().toLowerCase(Locale.ROOT),
                        version == 0 ? "" : " version " + version,
                        kind == Kind.CAS ? " requiring " + expected : "",
                        kind.writes() || stamp.isEmpty() ? "" : " value of " + stamp);
    }
}
