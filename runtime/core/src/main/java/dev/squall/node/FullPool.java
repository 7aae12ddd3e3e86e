package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Keep;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;

/** What is told to whoever finds a shard full: how full, by which limit, and what would help. */
public final class FullPool {

    private FullPool() {}

    /**
     * The answer to a change that was refused.
     *
     * @param pool the shard's
     * @param shard its place among the pool's, from 0
     */
    public static Failure failure(PoolSpec pool, int shard, Outcome.Full full) {
        if (full.labels()) {
            return labelled(pool, shard, full);
        }
        return new Failure(
                Failure.Kind.FULL,
                "shard %d of pool '%s' is full: it holds %d bytes, this takes %d more, and the"
                        .concat(" pool's budget is %d bytes a shard; nothing was done. %s")
                        .formatted(
                                shard,
                                pool.name(),
                                full.used(),
                                full.needs(),
                                full.budget(),
                                advice(pool, full)));
    }

    private static Failure labelled(PoolSpec pool, int shard, Outcome.Full full) {
        return new Failure(
                Failure.Kind.FULL,
                "shard %d of pool '%s' keeps as much by a label as it may: %d bytes of %d, and %d"
                        .concat(" versions at most; this takes %d more, and nothing was done. Take")
                        .concat(" labels away, or make the pool anew with more in retention.keep")
                        .formatted(
                                shard,
                                pool.name(),
                                full.used(),
                                full.budget(),
                                Keep.VERSIONS_MAX,
                                full.needs()));
    }

    private static String advice(PoolSpec pool, Outcome.Full full) {
        if (full.needs() > pool.budget().changeBytesMax()) {
            return "One change may take %d bytes at most: make it smaller, or the pool anew with"
                    .concat(" a larger budget")
                    .formatted(pool.budget().changeBytesMax());
        }
        if (pool.budget().evicts()) {
            return "What would go is held by open batches, labels, or moving keys; again in a"
                    + " moment";
        }
        var evict = pool.store() == StoreKind.VOLATILE ? ", or with \"full\":\"evict\"" : "";
        return pool.dropsAnything()
                ? "Room comes when its retention lets go of something; or make the pool anew with"
                        .concat(" a larger budget" + evict)
                : "It keeps everything: make the pool anew with a larger budget, a retention"
                        .concat(evict);
    }
}
