package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import dev.squall.trigger.Effects;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What user logic may do, done by the node it runs on or by the member that holds the key. */
final class NodeEffects implements Effects {

    /** A read of the past waits so long for its shard to have come that far: 1 s. */
    private static final long SETTLE_MILLIS_MAX = 1_000;

    private final Node node;

    NodeEffects(Node node) {
        this.node = node;
    }

    @Override
    public void put(
            String key, MemorySegment bytes, String label, String trace, long deadlineMillis) {
        var copy = MemorySegment.ofArray(bytes.toArray(ValueLayout.JAVA_BYTE));
        int number = label.isEmpty() ? 0 : number(key, label);
        var put = Put.traced(key, copy, AckLevel.ORDERED, trace).labelled(number);
        var done = node.putAnywhere(put).thenApply(answer -> done(key, answer));
        var _ = await("put " + key, done, deadlineMillis);
    }

    @Override
    public void label(String key, long version, String label, long deadlineMillis) {
        var put = Put.label(key, version, number(key, label), AckLevel.ORDERED, null);
        var done = node.putAnywhere(put).thenApply(answer -> done(key, answer));
        if (await("label " + key, done, deadlineMillis).outcome() instanceof Outcome.Absent) {
            throw new IllegalStateException(
                    "label %s: there is no version %d that could have one".formatted(key, version));
        }
    }

    private int number(String key, String label) {
        return node.route(key).pool().retention().keep().number(label);
    }

    /**
     * What was put. A key that a batch holds for so long, or a shard that is full, is an error, or
     * the object were lost.
     */
    private PutAnswer done(String key, PutAnswer answer) {
        return switch (answer.outcome()) {
            case Outcome.Held(var held) -> throw Batches.held(held);
            case Outcome.Full full -> {
                var route = node.route(key);
                throw FullPool.failure(route.pool(), route.index(), full);
            }
            default -> answer;
        };
    }

    @Override
    public void trigger(String key, MemorySegment bytes, String trace, long deadlineMillis) {
        var copy = bytes.toArray(ValueLayout.JAVA_BYTE);
        var _ = await("trigger " + key, node.triggerAnywhere(key, copy, trace), deadlineMillis);
    }

    private static <T> T await(String what, CompletableFuture<T> answer, long deadlineMillis) {
        try {
            return answer.get(deadlineMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(what + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(what + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    what + ": not done within " + deadlineMillis + " ms", e);
        }
    }

    @Override
    public long read(StoredObject manifest, long from, MemorySegment into) {
        return node.reads().bulk(manifest).read(from, into);
    }

    @Override
    public ReadResult get(String key) {
        var decided = node.awaitDecided(node.route(key).shard(), key, SETTLE_MILLIS_MAX);
        var _ = await("get " + key, decided, 2 * SETTLE_MILLIS_MAX);
        return node.reads().newest(key);
    }

    @Override
    public ReadResult getVersion(String key, long version) {
        return node.reads().version(key, version);
    }

    @Override
    public ReadResult getAt(String key, long timestamp) {
        // What is served of the past must not change: the shard has to have come that far.
        var settled = node.reads().at(key, timestamp, SETTLE_MILLIS_MAX);
        return await("get " + key + " at " + timestamp, settled, 2 * SETTLE_MILLIS_MAX);
    }

    /** A put whose key has moved away from this node since it came. */
    static Failure moved(String key, Route route) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "%s has moved to shard %d of its pool, on %s; nothing was done"
                        .formatted(key, route.index(), route.members()));
    }

    /** A put to a shard that is held elsewhere. */
    static Failure elsewhere(String key, Route route) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "%s is not held on this node but on %s; nothing was done"
                        .formatted(key, route.members()));
    }

    /** A read of a shard that is held elsewhere. */
    static Failure notHere(String key, Route route) {
        return new Failure(
                Failure.Kind.NOT_FOUND,
                "%s is not held on this node but on %s; give the pool more replicas, or an affinity"
                        .formatted(key, route.members()));
    }
}
