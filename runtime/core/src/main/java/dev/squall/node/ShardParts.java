package dev.squall.node;

import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.order.PipelineLimits;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ShardReplica} is made of.
 *
 * @param id the shard's number in the cluster
 * @param index its number in the pool
 * @param pool its pool
 * @param self this node's id
 * @param ringBytes a sender's ring
 * @param pipeline which records go as blocks
 * @param recovery reads its log
 * @param lastVersion the newest version in that log
 * @param lastTimestamp the latest time in that log
 * @param whole the view in which that log was last known to have no gap; 0 = it may have one
 * @param refill makes the store anew, without what is behind a version
 * @param reread reads the log up to a version once more, after that failed
 * @param marks remembers on disk in which view the log had no gap
 * @param answers runs what readers wait for
 */
record ShardParts(
        int id,
        int index,
        PoolSpec pool,
        int self,
        int ringBytes,
        PipelineLimits pipeline,
        CompletableFuture<Loaded> recovery,
        long lastVersion,
        long lastTimestamp,
        long whole,
        BiFunction<Loaded, Long, CompletableFuture<Loaded>> refill,
        LongFunction<CompletableFuture<Loaded>> reread,
        Marks marks,
        Executor answers) {

    /**
     * What recovery made.
     *
     * @param store the store, its index built
     * @param journal its way to disk; null in a volatile pool
     */
    record Loaded(ShardStore store, @Nullable Journal journal) {

        Log log() {
            return store.log();
        }

        /** The newest version that outlives this process, as far as the pool promises it. */
        long persisted() {
            return journal == null ? log().lastVersion() : journal.persistedVersion();
        }
    }

    /**
     * Remembers on disk in which view a shard's log had no gap; 0 = it is about to be filled, less
     * = it was damaged (see {@link dev.squall.view.Holding#damaged}).
     */
    interface Marks {
        void whole(int shard, long view);
    }
}
