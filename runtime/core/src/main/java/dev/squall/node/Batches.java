package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Carries out batches at whichever members hold their shards. A batch of one shard is one record of
 * its log: ordered, decided, applied and recovered as a whole. Any thread.
 */
final class Batches {

    private final NodeCore node;
    private final Peers peers;

    Batches(NodeCore node, Peers peers) {
        this.node = node;
        this.peers = peers;
    }

    /** Carries out a batch; fails with a {@link Failure} that names the key which is in the way. */
    CompletableFuture<BatchAnswer> put(Batch batch) {
        try {
            var shares = shares(batch);
            if (shares.size() > 1) {
                throw new Failure(
                        Failure.Kind.NOT_AVAILABLE_YET,
                        "not available yet: a batch over several shards; %s and %s lie in two"
                                .formatted(
                                        batch.parts().getFirst().key(),
                                        other(shares, batch.parts().getFirst())));
            }
            var route = node.route(batch.parts().getFirst().key());
            var answer = route.sends() ? node.batch(batch) : at(route.senders(), 0, route, batch);
            return answer.thenApply(a -> answered(batch, a));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String other(Map<Integer, List<Batch.Part>> shares, Batch.Part first) {
        return shares.values().stream()
                .filter(parts -> !parts.contains(first))
                .findFirst()
                .orElseThrow()
                .getFirst()
                .key();
    }

    private Map<Integer, List<Batch.Part>> shares(Batch batch) {
        var shares = new TreeMap<Integer, List<Batch.Part>>();
        for (var part : batch.parts()) {
            var route = node.route(part.key());
            if (route.pool().store() == StoreKind.TRIGGER) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "%s: pool '%s' stores nothing; a batch is for pools that do"
                                .formatted(part.key(), route.pool().name()));
            }
            shares.computeIfAbsent(route.shard(), _ -> new ArrayList<>()).add(part);
        }
        return shares;
    }

    /** Sends it to one of these members; to the next one as long as nothing was done. */
    private CompletableFuture<PutAnswer> at(
            List<Member> members, int at, Route route, Batch batch) {
        var message = new BatchMessage(batch.parts(), batch.producer(), batch.trace());
        var bytes = RawMessage.bytes(message);
        var answer = peers.order(members.get(at), route.shard(), bytes, batch.ack());
        return at + 1 == members.size()
                ? answer
                : answer.exceptionallyCompose(e ->
                        Node.unavailable(e)
                                ? at(members, at + 1, route, batch)
                                : CompletableFuture.failedFuture(e));
    }

    private static BatchAnswer answered(Batch batch, PutAnswer answer) {
        var keys = batch.parts().stream().map(Batch.Part::key).toList();
        return switch (answer.outcome()) {
            case Outcome.Stored(long version, long timestamp) ->
                    whole(answer, version, timestamp, keys);
            case Outcome.Repeated(long version, long timestamp) ->
                    whole(answer, version, timestamp, keys);
            case Outcome.Unmet(var key, long newest) ->
                    throw new CompletionException(unmet(batch, key, newest));
            case Outcome.Mismatch _, Outcome.Absent _, Outcome.Aborted _ ->
                    throw new IllegalStateException("an answer to a batch: " + answer.outcome());
            case Outcome.Held(var key) -> throw new CompletionException(held(key));
            case Outcome.Stale(long incarnation, long sequence) ->
                    throw new CompletionException(
                            new Failure(
                                    Failure.Kind.CONFLICT,
                                    "producer %s has come to incarnation %d, sequence %d"
                                            .formatted(batch.producer(), incarnation, sequence)));
        };
    }

    private static BatchAnswer whole(
            PutAnswer answer, long version, long timestamp, List<String> keys) {
        var share = new BatchAnswer.Share(answer.shard(), version, keys);
        return new BatchAnswer(timestamp, List.of(share), answer.ack());
    }

    private static Failure unmet(Batch batch, String key, long newest) {
        var part = batch.parts().stream().filter(p -> p.key().equals(key)).findFirst();
        var wanted =
                part.isEmpty() || part.get().expected() < 0
                        ? "an object to delete"
                        : part.get().expected() == 0
                                ? "no object"
                                : "version " + part.get().expected();
        return new Failure(
                Failure.Kind.PRECONDITION,
                "%s %s, not %s as required; nothing of the batch was done"
                        .formatted(
                                key,
                                newest == 0 ? "has no object" : "is at version " + newest,
                                wanted));
    }

    /** What is told to whoever changes a key that a batch holds. */
    static Failure held(String key) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "%s belongs to a batch over several shards that is about to be decided; again in a"
                        .concat(" moment")
                        .formatted(key));
    }
}
