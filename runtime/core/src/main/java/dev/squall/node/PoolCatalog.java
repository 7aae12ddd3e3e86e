package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.PoolSpec;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Pools as data: each is an object of the system shard, which every node carries out. Any thread.
 */
final class PoolCatalog {

    private final Node node;

    PoolCatalog(Node node) {
        this.node = node;
    }

    List<PoolSpec> list() {
        return node.metadata().pools().values().stream()
                .map(Metadata.Pool::spec)
                .filter(p -> !p.name().equals(Key.SYSTEM_POOL))
                .sorted(Comparator.comparing(PoolSpec::name))
                .toList();
    }

    CompletableFuture<PoolSpec> create(PoolSpec spec) {
        try {
            var metadata = node.metadata();
            var there = metadata.pools().get(spec.name());
            if (there != null && !spec.name().equals(Key.SYSTEM_POOL)) {
                return sameOrConflict(there.spec(), spec);
            }
            check(spec, metadata.nextShard());
            var bytes = spec.write().getBytes(StandardCharsets.UTF_8);
            return node.command(Metadata.POOLS + spec.name(), MemorySegment.ofArray(bytes))
                    .thenCompose(_ -> sameOrConflict(created(spec), spec));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void check(PoolSpec spec, int nextShard) {
        if (spec.name().equals(Key.SYSTEM_POOL)) {
            throw new Failure(Failure.Kind.INVALID, "the pool .squall belongs to the nodes");
        }
        int members = node.config().members().size();
        if (spec.replicas() > members) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "replicas is %d; the cluster has %d members"
                            .formatted(spec.replicas(), members));
        }
        if (nextShard + spec.shards() > Metadata.SHARDS_MAX) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "the cluster has made %d shards; the limit is %d"
                            .formatted(nextShard, Metadata.SHARDS_MAX));
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

    CompletableFuture<Void> delete(String name) {
        try {
            if (name.equals(Key.SYSTEM_POOL) || !node.metadata().pools().containsKey(name)) {
                throw new Failure(Failure.Kind.NOT_FOUND, "no pool '" + name + "'");
            }
            return node.remove(Metadata.POOLS + name);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
