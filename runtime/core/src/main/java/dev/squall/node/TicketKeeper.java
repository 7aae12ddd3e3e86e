package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Outcome;
import dev.squall.store.Tickets;
import dev.squall.wire.BatchLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntPredicate;

/**
 * Finishes batches over several shards whose maker is gone, or takes too long. The leader of each
 * shard looks after what is open there: of an undecided share it asks the home to give it up, and
 * does what the home says came first; of one that is committed it tells the others, and then that
 * all is done. Whoever else does the same at the same time does no harm: the orders decide.
 *
 * <p>{@link #look} belongs to the group agent; the rest runs elsewhere.
 */
final class TicketKeeper {

    /** A ticket may be open for so long before somebody else finishes it: 2 s. */
    static final long OPEN_NANOS_MAX = 2_000_000_000;

    /** Between two looks at a shard: 50 ms. */
    private static final long LOOK_NANOS = 50_000_000;

    private record Key(int shard, Tickets.Id id) {}

    private final Batches batches;
    private final IntPredicate alive;
    private final Executor executor;
    private final Map<Key, Long> since = new HashMap<>();
    private final Map<Integer, Long> looked = new HashMap<>();
    private final Set<Key> underway = ConcurrentHashMap.newKeySet();

    /**
     * @param alive whether a node is a member of the view
     * @param executor runs what it does
     */
    TicketKeeper(Batches batches, IntPredicate alive, Executor executor) {
        this.batches = batches;
        this.alive = alive;
        this.executor = executor;
    }

    /** Looks after one shard now and then. */
    void look(ShardReplica replica, long now) {
        var store = replica.store();
        var epoch = replica.epoch();
        boolean leads = epoch != null && epoch.rank == 0;
        if (store == null || !leads || replica.phase() != ShardReplica.Phase.READY) {
            since.keySet().removeIf(k -> k.shard == replica.id); // others look after it
            return;
        }
        Long last = looked.get(replica.id);
        if (last != null && now - last < LOOK_NANOS) {
            return;
        }
        looked.put(replica.id, now);
        var open = store.tickets().open();
        var ids = open.stream().map(Tickets.Open::id).toList();
        since.keySet().removeIf(k -> k.shard == replica.id && !ids.contains(k.id));
        for (var ticket : open) {
            look(new Key(replica.id, ticket.id()), ticket, now);
        }
    }

    private void look(Key key, Tickets.Open ticket, long now) {
        long from = since.computeIfAbsent(key, _ -> now);
        boolean orphan = !alive.test((int) ticket.id().node());
        boolean due = now - from > (orphan ? LOOK_NANOS : OPEN_NANOS_MAX);
        if (due && underway.add(key)) {
            since.put(key, now);
            executor.execute(() -> finish(key, ticket));
        }
    }

    private void finish(Key key, Tickets.Open open) {
        var ticket = Ticket.of(open);
        var done =
                open.home() ? spread(ticket, open.time()) : settle(key.shard, ticket, open.time());
        var _ = done.whenComplete((_, _) -> underway.remove(key));
    }

    /** Brings a share to the end that its home says. */
    private CompletableFuture<PutAnswer> settle(int shard, Ticket ticket, long prepared) {
        var giveUp = BatchMessage.word(ticket, BatchLayout.ROLE_GIVE_UP, prepared);
        return batches.order(ticket.home(), giveUp, AckLevel.APPLIED)
                .handle((answer, e) -> answer == null ? ending(ticket, e) : ending(ticket, answer))
                .thenCompose(word -> batches.order(shard, word, AckLevel.APPLIED));
    }

    private static Message ending(Ticket ticket, PutAnswer answer) {
        return answer.outcome() instanceof Outcome.Stored(_, long time)
                ? BatchMessage.word(ticket, BatchLayout.ROLE_COMMIT, time)
                : BatchMessage.word(ticket, BatchLayout.ROLE_RELEASE, 0);
    }

    /** A home that is deleted says nothing more; any other will be asked again. */
    private static Message ending(Ticket ticket, Throwable e) {
        if (!gone(e)) {
            throw new CompletionException(e);
        }
        return BatchMessage.word(ticket, BatchLayout.ROLE_RELEASE, 0);
    }

    private static boolean gone(Throwable e) {
        var cause = e instanceof CompletionException wrapped ? wrapped.getCause() : e;
        return cause instanceof Failure failure && failure.kind() == Failure.Kind.NOT_FOUND;
    }

    /** Tells all others of a committed ticket, then the home that they have followed. */
    private CompletableFuture<PutAnswer> spread(Ticket ticket, long time) {
        var followed = new ArrayList<CompletableFuture<?>>();
        for (int shard : ticket.others()) {
            var word = BatchMessage.word(ticket, BatchLayout.ROLE_COMMIT, time);
            followed.add(
                    batches.order(shard, word, AckLevel.APPLIED)
                            .handle((answer, e) -> {
                                if (answer == null && !gone(e)) {
                                    throw new CompletionException(e);
                                }
                                return true;
                            }));
        }
        return CompletableFuture.allOf(followed.toArray(CompletableFuture[]::new))
                .thenCompose(_ ->
                        batches.order(
                                ticket.home(),
                                BatchMessage.word(ticket, BatchLayout.ROLE_DONE, 0),
                                AckLevel.APPLIED));
    }
}
