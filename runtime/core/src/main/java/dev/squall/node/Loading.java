package dev.squall.node;

import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.log.Patience;
import dev.squall.order.Multicast;
import dev.squall.store.ShardStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a shard's log, and the reading of it, which runs elsewhere and is waited for by
 * looking: once when the replica begins, and again when a part of the log has to go. A disk that
 * does not let it be read is asked again (see {@link Patience}).
 *
 * <p>Belongs to the group agent, but for {@link #store}.
 */
final class Loading {

    private final ShardParts parts;
    private final Patience patience = new Patience();
    private CompletableFuture<ShardParts.Loaded> pending;
    private final long lastTimestamp;
    private volatile ShardParts.@Nullable Loaded loaded;
    private long lastVersion;
    private boolean again;
    private boolean failed;
    private String failure = "";

    Loading(ShardParts parts) {
        this.parts = parts;
        this.pending = parts.recovery();
        this.lastVersion = parts.lastVersion();
        this.lastTimestamp = parts.lastTimestamp();
    }

    /** The store, once recovered; any thread. */
    @Nullable ShardStore store() {
        var has = loaded;
        return has == null ? null : has.store();
    }

    /** The way to disk of a persistent shard; null while its log is being read. */
    @Nullable Journal journal() {
        var has = loaded;
        return has == null || again ? null : has.journal();
    }

    /** What was read; something must have been. */
    ShardParts.Loaded loaded() {
        var has = loaded;
        if (has == null) {
            throw new IllegalStateException("the log of a shard has not been read yet");
        }
        return has;
    }

    Log log() {
        return loaded().log();
    }

    /** The newest version in the log, or that will have been read. */
    long lastVersion() {
        var has = loaded;
        return has == null || again ? lastVersion : has.log().lastVersion();
    }

    /** No version of a log has a later time, nor has what its view may still deliver. */
    long latest(@Nullable Multicast multicast) {
        var has = loaded;
        long last = has == null ? 0 : has.log().lastTimestamp();
        last = Math.max(last, lastTimestamp);
        return multicast == null ? last : multicast.latest(last);
    }

    /**
     * Whether a batch over several shards is open, or may come to be so in this view. What has not
     * been read yet may hold one; what cannot be read is not counted on.
     */
    boolean busy(@Nullable Multicast multicast) {
        var has = loaded;
        return has == null
                ? failure.isEmpty()
                : !has.store().tickets().open().isEmpty()
                        || (multicast != null && multicast.opens());
    }

    /** Whether a part of the log is being cut off. */
    boolean again() {
        return again;
    }

    /** Why it cannot be read; empty = it can, as far as is known. */
    String failure() {
        return failure;
    }

    /** Whether something is there that was not at the last look: take it. */
    boolean poll(long now) {
        if (failed) {
            if (!patience.waits(now)) {
                failed = false;
                pending = anew();
            }
            return false;
        }
        if (!pending.isDone()) {
            return false;
        }
        try {
            loaded = pending.join();
            failure = "";
            patience.worked();
            return true;
        } catch (CompletionException e) {
            patience.failed(now);
            failed = true;
            failure = "cannot read its log, and tries again: " + e.getCause();
            return false;
        }
    }

    /** What only memory has is not to be found on disk. */
    private CompletableFuture<ShardParts.Loaded> anew() {
        var has = loaded;
        return has != null && has.journal() == null
                ? parts.refill().apply(has, lastVersion)
                : parts.reread().apply(lastVersion);
    }

    /** Begins to read again, without what lies behind a version. */
    void cut(long version) {
        pending = parts.refill().apply(loaded(), version);
        lastVersion = version;
        again = true;
    }

    /** What was read has been taken over. Returns whether it was read again. */
    boolean done() {
        boolean was = again;
        again = false;
        return was;
    }
}
