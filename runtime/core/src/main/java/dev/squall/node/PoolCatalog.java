package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.PoolSpec;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
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
     * is fine, another of its name a {@link Failure.Kind#CONFLICT}.
     */
    public CompletableFuture<PoolSpec> create(PoolSpec spec) {
        try {
            if (spec.name().equals(Key.SYSTEM_POOL)) {
                throw new Failure(Failure.Kind.INVALID, "the pool .squall belongs to the nodes");
            }
            var metadata = node.metadata();
            var there = metadata.pools().get(spec.name());
            if (there != null && !there.spec().equals(spec)) {
                return sameOrConflict(there.spec(), spec);
            }
            // An equal one is made once more: who is cut off may not know that it is gone.
            int members = node.membersMax();
            if (spec.replicas() > members) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "replicas is %d; the cluster has %d members"
                                .formatted(spec.replicas(), members));
            }
            if (metadata.nextShard() + spec.shards() > Metadata.SHARDS_MAX) {
                throw new Failure(
                        Failure.Kind.OVERLOADED,
                        "the cluster has made %d shards; the limit is %d"
                                .formatted(metadata.nextShard(), Metadata.SHARDS_MAX));
            }
            var bytes = spec.write().getBytes(StandardCharsets.UTF_8);
            return node.command(Metadata.POOLS + spec.name(), MemorySegment.ofArray(bytes))
                    .thenCompose(_ -> sameOrConflict(created(spec), spec));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What the command made: another node's may have come first. */
    private PoolSpec created(PoolSpec spec) {
        var pool = node.metadata().pools().get(spec.name());
        return pool == null ? spec : pool.spec();
    }

    private static CompletableFuture<PoolSpec> sameOrConflict(PoolSpec there, PoolSpec wanted) {
        return there.equals(wanted)
                ? CompletableFuture.completedFuture(there)
                : CompletableFuture.failedFuture(
                        new Failure(
                                Failure.Kind.CONFLICT,
                                "pool '%s' is there with %s; delete it first, or use another name"
                                        .formatted(there.name(), there)));
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
