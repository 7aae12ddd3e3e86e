package dev.squall.client;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest version that a client has put to, or read from, each shard: it is sent along with
 * reads, so that another member, which may be behind, waits until it has that. Any thread.
 */
final class SeenSoFar {

    /** Shards that are remembered; beyond, all are forgotten. */
    private static final int SHARDS_MAX = 64 << 10;

    private final Map<Integer, Request.Seen> newest = new ConcurrentHashMap<>();

    void saw(int shard, long version, long timestamp) {
        var known = newest.get(shard);
        if (version == 0 || (known != null && known.version() >= version)) {
            return;
        }
        if (newest.size() >= SHARDS_MAX) {
            newest.clear();
        }
        newest.merge(
                shard,
                new Request.Seen(shard, version, timestamp),
                (a, b) -> a.version() >= b.version() ? a : b);
    }

    Request.Seen of(Answer.Routed.@Nullable Place place) {
        return place == null
                ? Request.Seen.NOTHING
                : newest.getOrDefault(place.shard(), Request.Seen.NOTHING);
    }
}
