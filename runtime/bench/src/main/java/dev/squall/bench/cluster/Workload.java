package dev.squall.bench.cluster;

import dev.squall.bench.member.Message;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is asked of a cluster.
 *
 * @param operation {@code put}, {@code get}, {@code trigger} or {@code multicast}
 * @param size bytes of an object
 * @param depth of puts: how many are under way at each sender; of gets: threads that read
 * @param ack the level at which a put is answered
 * @param keys over how many keys it is spread
 * @param shards over how many orders
 * @param senders how many members call
 * @param othersSilent whether the pool lets only these send, so that the others have no turn
 * @param persistent whether the pool is on disk
 * @param direct whether puts are answered on the agent's own thread
 * @param seconds how long is measured
 * @param warmup seconds before that
 */
public record Workload(
        String operation,
        int size,
        int depth,
        String ack,
        int keys,
        int shards,
        int senders,
        boolean othersSilent,
        boolean persistent,
        boolean direct,
        double seconds,
        double warmup) {

    /** The pool that it uses. */
    public static final String POOL = "bench";

    /** What a volatile shard of puts keeps of the past, together with the other shards: 256 MiB. */
    private static final long KEPT_BYTES = 256L << 20;

    /** The least that a shard keeps: 48 MiB, three segments of its log. */
    private static final long KEPT_BYTES_MIN = 48L << 20;

    /** What one object takes in a log beside its payload, at most, for keys as short as ours. */
    private static final long OVERHEAD_BYTES = 160;

    /** What makes its pool, for a cluster of so many nodes. */
    Message pool(int nodes) {
        return Message.of(
                "pool",
                "name",
                POOL,
                "store",
                persistent ? "persistent" : "volatile",
                "shards",
                shards,
                "replicas",
                nodes,
                "senders",
                othersSilent ? ids(senders) : "all",
                "bytes",
                keptBytes());
    }

    /** What begins its calls at a member. */
    Message begin(String call) {
        return Message.of(
                call,
                "pool",
                POOL,
                "size",
                size,
                "keys",
                keys,
                "depth",
                depth,
                "ack",
                ack,
                "direct",
                direct ? 1 : 0);
    }

    private static String ids(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
    }

    public boolean reads() {
        return operation.equals("get");
    }

    /** How much of the past a shard keeps: 0 = everything, which is what a reader needs. */
    public long keptBytes() {
        return reads() ? 0 : Math.max(KEPT_BYTES_MIN, KEPT_BYTES / shards);
    }

    /** Bytes of all objects that are put before reading begins. */
    public long filledBytes() {
        return keys * (size + OVERHEAD_BYTES);
    }
}
