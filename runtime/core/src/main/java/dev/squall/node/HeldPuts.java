package dev.squall.node;

import dev.squall.store.Outcome;
import java.util.concurrent.CompletableFuture;

/** Puts of keys that belong to a batch which is being decided: they come again when that is. */
final class HeldPuts {

    /** A put waits so often for a batch that holds its key. */
    private static final int WAITS_MAX = 3;

    /** So long each time: 1 s. */
    private static final long WAIT_MILLIS_MAX = 1_000;

    private HeldPuts() {}

    /** Puts at this node; the answer is that the key is held only when it stays so. */
    static CompletableFuture<PutAnswer> put(NodeCore core, Put put) {
        return put(core, put, WAITS_MAX);
    }

    private static CompletableFuture<PutAnswer> put(NodeCore core, Put put, int waits) {
        return core.put(put)
                .thenCompose(answer ->
                        answer.outcome() instanceof Outcome.Held && waits > 0
                                ? core.awaitDecided(answer.shard(), put.key(), WAIT_MILLIS_MAX)
                                        .thenCompose(_ -> put(core, put, waits - 1))
                                : CompletableFuture.completedFuture(answer));
    }
}
