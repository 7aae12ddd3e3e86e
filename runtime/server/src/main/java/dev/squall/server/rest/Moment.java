package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.server.http.Times;
import org.jspecify.annotations.Nullable;

/** Which version of an object a reader wants. */
sealed interface Moment {

    /** How long a read of the past waits for its cut to be stable, unless told: 1 s. */
    long WAIT_MILLIS_DEFAULT = 1_000;

    /** The longest such wait: 60 s. */
    long WAIT_MILLIS_MAX = 60_000;

    /** The newest. */
    record Newest() implements Moment {}

    /** The newest not after a version. */
    record AtVersion(long version) implements Moment {}

    /** The newest not after a time, in a consistent cut. */
    record AtTime(long micros, long waitMillis) implements Moment {}

    /** Reads the query. */
    static Moment of(@Nullable String version, @Nullable String at, @Nullable String wait) {
        if (version != null && at != null) {
            throw new Failure(Failure.Kind.INVALID, "version and at exclude each other");
        }
        if (version != null) {
            return new AtVersion(Times.number("version", version));
        }
        return at == null ? new Newest() : new AtTime(Times.micros("at", at), waitMillis(wait));
    }

    /** How long to wait for a cut. */
    static long waitMillis(@Nullable String wait) {
        long millis = wait == null ? WAIT_MILLIS_DEFAULT : Times.millis("wait", wait);
        if (millis > WAIT_MILLIS_MAX) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "wait is %s; the limit is %d s".formatted(wait, WAIT_MILLIS_MAX / 1000));
        }
        return millis;
    }
}
