package dev.squall.bench.failover;

import dev.squall.base.Failure;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What is asked for.
 *
 * @param kills rounds
 * @param changes of the view instead of rounds; 0 = rounds
 * @param size bytes of a put
 * @param rate puts a second; 0 = half of what is the most
 */
public record FailoverPlan(
        int nodes,
        int kills,
        int changes,
        Target target,
        int size,
        int rate,
        long suspectMillis,
        long seed,
        Path data) {

    /** Who is killed. */
    public enum Target {
        /** The first member of the shard. */
        LEADER,
        /** Any other. */
        FOLLOWER,
        ANY;

        /** Reads it. */
        public static Target parse(String text) {
            for (var target : values()) {
                if (target.word().equals(text)) {
                    return target;
                }
            }
            throw new Failure(
                    Failure.Kind.INVALID,
                    "--target is '%s'; allowed are follower, leader, any".formatted(text));
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
