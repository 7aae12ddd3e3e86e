package dev.squall.device;

/**
 * What a model has done since the node started.
 *
 * @param successes runs that gave an answer
 * @param failures runs that did not
 * @param queueNanos time that runs waited for a thread
 * @param inferNanos time that runs took
 * @param lastMillis when the last one ended, milliseconds since 1970; 0 = never
 */
public record ModelStats(
        long successes, long failures, long queueNanos, long inferNanos, long lastMillis) {}
