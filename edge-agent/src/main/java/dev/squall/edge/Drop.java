package dev.squall.edge;

import java.util.Locale;

/** Why a captured frame was not stored. Each frame that is captured is stored or counted here. */
enum Drop {
    /** {@code --fps} asks for fewer frames than the source has. */
    SAMPLED,
    /**
     * Reading the source fell behind its own clock by more than {@link Pacer#LATE_LIMIT_MILLIS}.
     */
    LATE,
    /** The source holds something here that cannot be decoded. */
    UNREADABLE,
    /** One frame alone is larger than the whole buffer's limit in bytes. */
    TOO_BIG,
    /** The uplink is behind: the oldest frame made room, by the limit in frames. */
    BUFFER_FRAMES,
    /** The uplink is behind: the oldest frame made room, by the limit in bytes. */
    BUFFER_BYTES,
    /** A node refused the frame for good, with a 4xx or 501. */
    REFUSED,
    /** Nodes failed on the frame with a 500, {@link Uplink#SERVER_ERROR_LIMIT} times. */
    FAILED,
    /** The agent ended before any node answered. */
    ABANDONED;

    /** The name in reports: lower case, with hyphens. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it means that something went wrong, not that the live policy did its work. */
    boolean isFailure() {
        return switch (this) {
            case REFUSED, FAILED, ABANDONED -> true;
            case SAMPLED, LATE, UNREADABLE, TOO_BIG, BUFFER_FRAMES, BUFFER_BYTES -> false;
        };
    }
}
