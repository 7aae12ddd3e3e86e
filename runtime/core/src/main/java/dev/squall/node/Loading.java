package dev.squall.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The reading of a shard's log, which runs elsewhere and is waited for by looking: once when the
 * replica begins, and again when what the group never agreed on is cut off.
 *
 * <p>Belongs to the group agent.
 */
final class Loading {

    private final ShardParts parts;
    private CompletableFuture<ShardParts.Loaded> pending;
    private long lastVersion;
    private boolean again;
    private String failure = "";

    Loading(ShardParts parts) {
        this.parts = parts;
        this.pending = parts.recovery();
        this.lastVersion = parts.lastVersion();
    }

    /** The newest version that will have been read. */
    long lastVersion() {
        return lastVersion;
    }

    /** Whether a log is being cut. */
    boolean again() {
        return again;
    }

    /** Why it cannot be read; empty = it can, as far as is known. */
    String failure() {
        return failure;
    }

    /** What was read, or null as long as it is not done. */
    ShardParts.@Nullable Loaded poll() {
        if (!pending.isDone() || !failure.isEmpty()) {
            return null;
        }
        try {
            return pending.join();
        } catch (CompletionException e) {
            failure = "cannot recover its log: " + e.getCause();
            return null;
        }
    }

    /** Begins to read again, without what lies behind a version. */
    void cut(ShardParts.Loaded held, long version) {
        lastVersion = version;
        pending = parts.refill().apply(held, version);
        again = true;
    }

    /** What was read has been taken over. Returns whether it was read again. */
    boolean done() {
        boolean was = again;
        again = false;
        return was;
    }
}
