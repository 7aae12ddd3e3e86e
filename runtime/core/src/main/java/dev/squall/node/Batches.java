package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.Outcome;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import dev.squall.wire.BatchLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries out batches at whichever members hold their shards. A batch of one shard is one record of
 * its log: ordered, decided, applied and recovered as a whole. One over several shards is a {@link
 * TicketRun}. Any thread.
 */
public final class Batches {

    /** Brings a record into the order of a shard that another member holds. */
    public interface Elsewhere {
        CompletableFuture<PutAnswer> order(Member member, int shard, byte[] record, AckLevel ack);
    }

    private final NodeCore node;
    private final long serials;
    private final AtomicLong made = new AtomicLong();
    private volatile Elsewhere elsewhere = (member, _, _, _) -> nobody(member);

    /**
     * @param serials where this life's numbers begin: no earlier life has come so far
     */
    Batches(NodeCore node, long serials) {
        this.node = node;
        this.serials = serials;
    }

    private static CompletableFuture<PutAnswer> nobody(Member member) {
        return CompletableFuture.failedFuture(
                new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "node %d is not reached from here".formatted(member.id())));
    }

    /** From now on shards that are not held here are reached. */
    public void reach(Elsewhere others) {
        elsewhere = others;
    }

    /** Carries out a batch; fails with a {@link Failure} that names the key which is in the way. */
    public CompletableFuture<BatchAnswer> put(Batch batch) {
        try {
            var shares = shares(batch);
            if (shares.size() > 1) {
                stays(batch);
                fits(batch, shares.keySet());
                var ticket =
                        new Ticket(
                                node.micros(),
                                node.config().id(),
                                serials + made.incrementAndGet(),
                                List.copyOf(shares.keySet()));
                return new TicketRun(this, ticket, batch, shares).run();
            }
            var message = new BatchMessage(batch.parts(), batch.producer(), batch.trace());
            return order(shares.firstKey(), message, batch.ack())
                    .thenApply(a -> answered(batch, a));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Shards of a pool that is to be spread anew take no more tickets, so that none is open then.
     */
    private void stays(Batch batch) {
        for (var part : batch.parts()) {
            var pool = node.metadata().pools().get(Key.pool(part.key()));
            if (pool != null && pool.isToBeScaled()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "%s: the shards of pool '%s' are about to change; again in a moment"
                                .formatted(part.key(), pool.spec().name()));
            }
        }
    }

    /** Disks remember what memory forgets: a ticket that lay in both could come to be half. */
    private void fits(Batch batch, Set<Integer> shards) {
        if (shards.size() > BatchLayout.SHARDS_MAX) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "keys of %d shards; a batch has at most %d: make it smaller"
                            .formatted(shards.size(), BatchLayout.SHARDS_MAX));
        }
        if (batch.bytes() > node.config().objectBytesMax()) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "%d bytes at once; squall.limits.object-bytes is %d"
                            .formatted(batch.bytes(), node.config().objectBytesMax()));
        }
        var first = batch.parts().getFirst().key();
        var kind = node.route(first).pool().store();
        for (var part : batch.parts()) {
            var other = node.route(part.key()).pool().store();
            if (other != kind) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "%s lies in a %s pool and %s in a %s one; a batch has one kind"
                                .formatted(first, kind.label(), part.key(), other.label()));
            }
        }
    }

    /** Brings a message into a shard's order, wherever that is held. */
    CompletableFuture<PutAnswer> order(int shard, Message message, AckLevel ack) {
        try {
            var members = senders(shard, message.keys());
            boolean here = members.stream().anyMatch(m -> m.id() == node.config().id());
            return here
                    ? node.order(shard, message, message.length(), ack)
                    : at(members, 0, shard, RawMessage.bytes(message), ack);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Keys that are on their way are changed where both their shards are held. */
    private List<Member> senders(int shard, List<String> keys) {
        if (keys.isEmpty()) {
            return node.sendersOf(shard);
        }
        var route = node.together(keys);
        if (route.shard() != shard) {
            throw Entrance.elsewhere(keys.getFirst(), shard);
        }
        return route.senders();
    }

    private SortedMap<Integer, List<Batch.Part>> shares(Batch batch) {
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
            List<Member> members, int at, int shard, byte[] record, AckLevel ack) {
        var answer = elsewhere.order(members.get(at), shard, record, ack);
        return at + 1 == members.size()
                ? answer
                : answer.exceptionallyCompose(e ->
                        Node.unavailable(e)
                                ? at(members, at + 1, shard, record, ack)
                                : CompletableFuture.failedFuture(e));
    }

    private BatchAnswer answered(Batch batch, PutAnswer answer) {
        var keys = batch.parts().stream().map(Batch.Part::key).toList();
        return switch (answer.outcome()) {
            case Outcome.Stored(long version, long timestamp) ->
                    whole(answer, version, timestamp, keys);
            case Outcome.Repeated(long version, long timestamp) ->
                    whole(answer, version, timestamp, keys);
            case Outcome.Unmet(var key, long newest) ->
                    throw new CompletionException(unmet(batch, key, newest));
            case Outcome.Mismatch _, Outcome.Absent _, Outcome.Aborted _, Outcome.Crowded _ ->
                    throw new IllegalStateException("an answer to a batch: " + answer.outcome());
            case Outcome.Held(var key) -> throw new CompletionException(held(key));
            case Outcome.Full full ->
                    throw new CompletionException(full(batch.parts().getFirst().key(), full));
            case Outcome.Stale(long incarnation, long sequence) ->
                    throw new CompletionException(stale(batch, incarnation, sequence));
        };
    }

    private static BatchAnswer whole(
            PutAnswer answer, long version, long timestamp, List<String> keys) {
        var share = new BatchAnswer.Share(answer.shard(), version, keys);
        return new BatchAnswer(timestamp, List.of(share), answer.ack());
    }

    /** No room in the shard of a key. */
    Failure full(String key, Outcome.Full full) {
        var route = node.route(key);
        return FullPool.failure(route.pool(), route.index(), full);
    }

    static Failure stale(Batch batch, long incarnation, long sequence) {
        return new Failure(
                Failure.Kind.CONFLICT,
                "producer %s has come to incarnation %d, sequence %d; this is older"
                        .formatted(batch.producer(), incarnation, sequence));
    }

    static Failure unmet(Batch batch, String key, long newest) {
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

    static Failure crowded(int open) {
        return new Failure(
                Failure.Kind.OVERLOADED,
                "%d batches over several shards are open in a shard, the most there may be; again"
                        .concat(" in a moment")
                        .formatted(open));
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
