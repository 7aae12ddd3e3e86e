package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where changes enter this node: finds the shard that they belong to, refuses what this node cannot
 * take or must not, and puts the rest into that shard's queue, with the map by which the shard was
 * found. Should the map change before they are sent, {@link Moving} finds it anew.
 *
 * <p>Any thread; no call blocks. Futures complete on the executor.
 */
final class Entrance {

    private final NodeConfig config;
    private final Clock clock;
    private final Executor answers;
    private final GroupAgent group;

    Entrance(NodeConfig config, Clock clock, Executor answers, GroupAgent group) {
        this.config = config;
        this.clock = clock;
        this.answers = answers;
        this.group = group;
    }

    /** Takes a put whose shard is held here. */
    CompletableFuture<PutAnswer> put(Put put) {
        return take(new Asked(PutMessage.of(put), put.payload().byteSize(), put.ack()));
    }

    /**
     * The same with the answer on the group agent's thread.
     *
     * @throws Failure when nothing was done; then the caller is not told
     */
    void put(Put put, PutCaller caller) {
        var asked = new Asked(PutMessage.of(put), put.payload().byteSize(), put.ack());
        var route = routes().route(put.key());
        submit(asked, replica(put.key(), route), route.map(), caller);
    }

    /** Takes what another node has written as a record for a shard that is held here. */
    CompletableFuture<PutAnswer> order(int shard, byte[] record, AckLevel ack) {
        try {
            return order(shard, RawMessage.of(record), record.length, ack);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Takes a batch, or word of one, for a shard that is held here. */
    CompletableFuture<PutAnswer> order(int shard, Message message, long size, AckLevel ack) {
        var asked = new Asked(message, size(size), ack, shard);
        if (!message.keys().isEmpty()) {
            return take(asked);
        }
        var replica = shard == 0 ? null : group.replicas().get(shard);
        return replica == null
                ? CompletableFuture.failedFuture(
                        new Failure(
                                Failure.Kind.UNAVAILABLE,
                                "shard " + shard + " is not held on this node"))
                : submitOrFail(asked, replica);
    }

    /** What is said of a ticket goes to the shard that it names, whichever keys that has now. */
    private CompletableFuture<PutAnswer> submitOrFail(Asked asked, ShardReplica replica) {
        try {
            return submit(asked, replica, PoolMaps.CLOSED);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A key that is not in the shard for which it was sent. */
    static Failure elsewhere(String key, int shard) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "%s does not live in shard %d; the layout is changing".formatted(key, shard));
    }

    /** Each object of a batch was held to the limit already. */
    private long size(long bytes) {
        return Math.min(bytes, config.objectBytesMax());
    }

    /** What somebody asks for: so many bytes of theirs; in this shard, if it says which. */
    private record Asked(Message message, long size, AckLevel ack, int shard) {
        Asked(Message message, long size, AckLevel ack) {
            this(message, size, ack, PoolMaps.NONE);
        }
    }

    private Route place(Asked asked) {
        var route = routes().place(asked.message);
        if (asked.shard != PoolMaps.NONE && asked.shard != route.shard()) {
            throw elsewhere(asked.message.keys().getFirst(), asked.shard);
        }
        return route;
    }

    private Routes routes() {
        return group.directory().routes();
    }

    private CompletableFuture<PutAnswer> take(Asked asked) {
        try {
            var keys = asked.message.keys();
            var route = place(asked);
            boolean begins = route.local() && !group.replicas().containsKey(route.shard());
            return begins
                    ? onceBegun(asked)
                    : submit(asked, replica(keys.getFirst(), route), route.map());
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A view is just being made known: what it says has begun when the group agent comes by. */
    private CompletableFuture<PutAnswer> onceBegun(Asked asked) {
        var answer = new CompletableFuture<PutAnswer>();
        boolean taken =
                group.request(() -> {
                    try {
                        var keys = asked.message.keys();
                        var route = place(asked);
                        var replica = replica(keys.getFirst(), route);
                        var _ = submit(asked, replica, route.map()).whenComplete(forward(answer));
                    } catch (Failure e) {
                        answer.completeExceptionally(e);
                    }
                });
        return taken
                ? answer
                : CompletableFuture.failedFuture(
                        new Failure(
                                Failure.Kind.OVERLOADED,
                                GroupAgent.REQUESTS_MAX + " requests wait, the most there may be"));
    }

    private static <T> BiConsumer<T, @Nullable Throwable> forward(CompletableFuture<T> answer) {
        return (value, e) -> {
            if (e == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(e);
            }
        };
    }

    private ShardReplica replica(String key, Route route) {
        var replica = route.local() ? group.replicas().get(route.shard()) : null;
        if (replica == null) {
            throw NodeEffects.elsewhere(key, route);
        }
        return replica;
    }

    private CompletableFuture<PutAnswer> submit(Asked asked, ShardReplica replica, long map) {
        var answer = new CompletableFuture<PutAnswer>();
        submit(asked, replica, map, new FutureCaller(answer, answers));
        if (asked.ack == AckLevel.ACCEPTED) {
            answer.complete(new PutAnswer(new Outcome.Stored(0, 0), replica.id, asked.ack));
        }
        return answer;
    }

    private void submit(Asked asked, ShardReplica replica, long map, PutCaller caller) {
        check(asked, replica);
        long deadline = clock.nanos() + NodeCore.SEND_NANOS_MAX;
        replica.puts.offer(new PendingPut(asked.message, asked.ack, caller, map, deadline));
        group.wake();
        if (replica.phase() == ShardReplica.Phase.STOPPED) {
            // It may have stopped before the offer: then nobody would ever answer.
            group.request(() -> replica.puts.failAll(replica.reason()));
        }
    }

    private void check(Asked asked, ShardReplica replica) {
        long size = asked.size;
        boolean system = replica.id == 0;
        if (size > config.objectBytesMax() && !system) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "%d bytes at once; squall.limits.object-bytes is %d"
                            .formatted(size, config.objectBytesMax()));
        }
        var refusal = group.refusal();
        if (!refusal.isEmpty()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, refusal);
        }
        var phase = replica.phase();
        if (phase == ShardReplica.Phase.STOPPED || phase == ShardReplica.Phase.IMPAIRED) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "shard %d of pool '%s' %s"
                            .formatted(replica.index, replica.pool.name(), replica.reason()));
        }
        var closed = replica.puts.admission().refusal();
        if (!closed.isEmpty()) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "shard %d of pool '%s' %s"
                            .formatted(replica.index, replica.pool.name(), closed));
        }
        if (asked.ack == AckLevel.DURABLE && !replica.persistent()) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "ack=durable: pool '%s' is volatile".formatted(replica.pool.name()));
        }
        var store = replica.store();
        if (store != null
                && !replica.persistent()
                && !replica.pool.bounded()
                && !replica.pool.budget().is()
                && store.log().bytes() + size > config.poolBytesMax()) {
            throw new Failure(
                    Failure.Kind.FULL,
                    "shard %d of pool '%s' holds %d bytes; squall.limits.pool-bytes is %d."
                            .concat(" Make the pool with a retention, or a budget of its own")
                            .formatted(
                                    replica.index,
                                    replica.pool.name(),
                                    store.log().bytes(),
                                    config.poolBytesMax()));
        }
    }
}
