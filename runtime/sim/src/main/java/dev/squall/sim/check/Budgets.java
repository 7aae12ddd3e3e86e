package dev.squall.sim.check;

import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * "A shard keeps to its budget, and what is refused for it has not happened": no replica holds more
 * than the pool allows; a put that was refused because its shard is full is in no log, unless it is
 * tried again; and a retry of what was acknowledged is not refused. That replicas refuse, or let go
 * of, the same is seen by {@link SameOrder} and {@link Converged}; that nothing else goes, by
 * {@link Acknowledged}, {@link KeptCuts} and {@link Agreed}.
 */
final class Budgets extends Checker {

    /** Fewer random bytes than this may be the same twice. */
    private static final int KNOWN_BYTES_MIN = 8;

    /** Words of tickets are never refused; none is longer than this, with its padding. */
    private static final long WORD_BYTES_MAX = 1024;

    private final Set<String> refused = new HashSet<>();
    private final Map<Integer, Integer> words = new HashMap<>();

    /** Shards that have taken over keys of others. */
    private final Set<Integer> moved = new HashSet<>();

    /** By shard and producer's number. */
    private final Set<String> acknowledged = new HashSet<>();

    /** What had been acknowledged when a put was asked for, by its number. */
    private final Map<Long, Set<Integer>> retries = new HashMap<>();

    private static String id(int shard, Object name, int crc) {
        return "%d %s %08x".formatted(shard, name, crc);
    }

    @Override
    void asked(Asked asked) {
        var by = asked.producer();
        var shards = new HashSet<>(words.keySet());
        shards.removeIf(shard -> by == null || !acknowledged.contains(id(shard, by, 0)));
        if (!shards.isEmpty()) {
            retries.put(asked.number(), shards);
        }
    }

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        var by = asked.producer();
        if (Replica.forsaken(asked, replicas)) {
            return;
        }
        if (answer.outcome() instanceof Outcome.Full full) {
            refused(asked, full, history);
        } else if (answer.outcome() instanceof Outcome.Stored(long version, _)
                && version > 0
                && by != null) {
            acknowledged.add(id(history.shard, by, 0));
        }
    }

    private void refused(Asked asked, Outcome.Full full, ShardHistory history) {
        if (retries.getOrDefault(asked.number(), Set.of()).contains(history.shard)) {
            throw violated("%s had been acknowledged, and is refused: %s".formatted(asked, full));
        }
        boolean tooLarge = full.needs() > full.budget() / 2; // where something must go for it
        if (full.used() + full.needs() <= full.budget() && !tooLarge) {
            throw violated("%s was refused though there is room: %s".formatted(asked, full));
        }
        if (asked.producer() == null) {
            for (var entry : history.entries()) {
                entry.objects().forEach(item -> check(asked, entry, item));
            }
            asked.changes().forEach(c -> refused.add(id(history.shard, c.key(), c.crc())));
        }
    }

    private void check(Asked asked, Entry entry, Entry.Item item) {
        var change =
                new Asked.Change(item.key(), item.delete(), item.size(), item.crc(), item.label());
        boolean same = asked.changes().contains(change);
        if (same && !item.delete() && item.size() >= KNOWN_BYTES_MIN) {
            throw violated("%s was refused as full, but there is %s".formatted(asked, entry));
        }
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        int shard = replica.history.shard;
        boolean word = first && !entry.ticket().isEmpty() && entry.objects().isEmpty();
        words.merge(shard, word ? 1 : 0, Integer::sum);
        for (var item : entry.objects()) {
            boolean known = entry.producer().isEmpty() && item.size() >= KNOWN_BYTES_MIN;
            if (known && refused.contains(id(shard, item.key(), item.crc()))) {
                throw violated("%s: %s was refused as full".formatted(replica, entry));
            }
        }
        if (entry.imported()) {
            moved.add(shard);
        }
    }

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        replicas.forEach(this::keepsTo);
    }

    /** What keys bring along that come from other shards is never refused. */
    private void keepsTo(Replica replica) {
        var budget = replica.store.pool().budget();
        long said = WORD_BYTES_MAX * words.getOrDefault(replica.history.shard, 0);
        // What a ticket or a move still needs goes later, and a change more may come before that.
        boolean holds =
                said > 0
                        || !replica.store.tickets().open().isEmpty()
                        || replica.store.imports().underWay();
        long held = budget.evicts() && holds ? budget.changeBytesMax() : 0;
        // What is labelled in the oldest segment is there twice while it is carried forward.
        long twice = replica.store.kept().bytes();
        long limit = budget.bytes() + budget.reserveBytes() + said + held + twice;
        long used = replica.store.room().used();
        if (budget.is() && used > limit && !moved.contains(replica.history.shard)) {
            throw violated(
                    "%s holds %d bytes; the budget is %d".formatted(replica, used, budget.bytes()));
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        acknowledged.removeIf(id -> id.startsWith(history.shard + " "));
        retries.values().forEach(shards -> shards.remove(history.shard));
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var first = replicas.getFirst();
        for (var replica : replicas) {
            keepsTo(replica);
            if (replica.store.room().used() != first.store.room().used()) {
                throw violated(
                        "%s counts %d bytes, %s %d"
                                .formatted(
                                        first,
                                        first.store.room().used(),
                                        replica,
                                        replica.store.room().used()));
            }
        }
    }
}
