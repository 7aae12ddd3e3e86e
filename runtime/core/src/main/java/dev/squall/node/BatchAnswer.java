package dev.squall.node;

import java.util.List;

/**
 * What became of a batch: all of it, at one time.
 *
 * @param timestamp its time, microseconds since 1970; 0 with {@link AckLevel#ACCEPTED}
 * @param shares what lies in which shard
 * @param ack the level it has reached
 */
public record BatchAnswer(long timestamp, List<Share> shares, AckLevel ack) {

    public BatchAnswer {
        shares = List.copyOf(shares);
    }

    /**
     * The keys of one shard.
     *
     * @param version the version that all of them have
     */
    public record Share(int shard, long version, List<String> keys) {

        public Share {
            keys = List.copyOf(keys);
        }
    }
}
