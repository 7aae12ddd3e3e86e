package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.PoolSpec;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Pools as data: making or deleting one is an ordered command in the system shard. Any thread. */
public final class PoolCatalog {

    private final NodeCore node;

    PoolCatalog(NodeCore node) {
        this.node = node;
    }

    /** The pools, by name; the nodes' own is not among them. */
    public List<PoolSpec> list() {
        return node.metadata().pools().values().stream()
                .map(Metadata.Pool::spec)
                .sorted(Comparator.comparing(PoolSpec::name))
                .toList();
    }

    /**
     * Makes a pool. When the answer is there, every node has it. An equal one that is there already
     * is fine. One with other shards or replicas is spread anew in the next view, which begins at
     * once; any other of its name is a {@link Failure.Kind#CONFLICT}.
     */
    public CompletableFuture<PoolSpec> create(PoolSpec spec) {
        try {
            if (spec.name().equals(Key.SYSTEM_POOL)) {
                throw new Failure(Failure.Kind.INVALID, "the pool .squall belongs to the nodes");
            }
            var metadata = node.metadata();
            var there = metadata.pools().get(spec.name());
            if (there != null && there.asked(spec) == null) {
                throw refusal(there, spec);
            }
            // An equal one is made once more: who is cut off may not know that it is gone.
            int members = node.membersMax();
            if (spec.replicas() > members) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "replicas is %d; the cluster has %d members"
                                .formatted(spec.replicas(), members));
            }
            spec.budget().checkAtLeast(node.segmentBytes());
            int more = spec.shards() - (there == null ? 0 : there.spec().shards());
            if (metadata.nextShard() + more > Metadata.SHARDS_MAX) {
                throw new Failure(
                        Failure.Kind.OVERLOADED,
                        "the cluster has made %d shards; the limit is %d"
                                .formatted(metadata.nextShard(), Metadata.SHARDS_MAX));
            }
            var bytes = spec.write().getBytes(StandardCharsets.UTF_8);
            return node.command(Metadata.POOLS + spec.name(), MemorySegment.ofArray(bytes))
                    .thenCompose(_ -> sameOrConflict(spec));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What the command made: another node's may have come first. */
    private CompletableFuture<PoolSpec> sameOrConflict(PoolSpec wanted) {
        var pool = node.metadata().pools().get(wanted.name());
        if (pool == null || pool.spec().equals(wanted) || wanted.equals(pool.wanted())) {
            return CompletableFuture.completedFuture(wanted);
        }
        return CompletableFuture.failedFuture(refusal(pool, wanted));
    }

    private static Failure refusal(Metadata.Pool pool, PoolSpec wanted) {
        var there = pool.spec();
        if (!wanted.equals(there.scaled(wanted.shards(), wanted.replicas()))) {
            return new Failure(
                    Failure.Kind.CONFLICT,
                    "pool '%s' is there with %s; only shards and replicas can be changed"
                            .formatted(there.name(), there));
        }
        return new Failure(
                Failure.Kind.CONFLICT,
                pool.maps().moves().isEmpty()
                        ? "pool '%s' has been spread anew %d times, the most there may be"
                                .formatted(there.name(), PoolMaps.MAPS_MAX - 1)
                        : "pool '%s': keys still move between %d pairs of shards; again when done"
                                .formatted(there.name(), pool.maps().moves().size()));
    }

    /** The numbers of all shards that a pool ever had; none when it is not there. */
    public Set<Integer> shards(String name) {
        var pool = node.metadata().pools().get(name);
        return pool == null ? Set.of() : pool.maps().numbers().keySet();
    }

    /** How many pairs of shards keys of a pool still move between; 0 = none. */
    public int moves(String name) {
        var pool = node.metadata().pools().get(name);
        return pool == null ? 0 : pool.maps().moves().size();
    }

    /** Deletes a pool with everything in it. */
    public CompletableFuture<Void> delete(String name) {
        try {
            if (!node.metadata().pools().containsKey(name)) {
                throw new Failure(Failure.Kind.NOT_FOUND, "no pool '" + name + "'");
            }
            return node.remove(Metadata.POOLS + name);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
