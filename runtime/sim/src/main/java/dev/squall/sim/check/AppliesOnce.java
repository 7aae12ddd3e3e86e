package dev.squall.sim.check;

import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * "A producer's (incarnation, seq) applies once", through whichever member and over restarts, and
 * every retry gets the first answer. Forgotten is only what was lost, or what retention took.
 */
final class AppliesOnce extends Checker {

    private final Map<String, Entry> applied = new HashMap<>();
    private final Map<String, Outcome.Stored> answers = new HashMap<>();

    private static String id(int shard, String producer) {
        return shard + " " + producer;
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first || entry.producer().isEmpty()) {
            return;
        }
        var before = applied.put(id(replica.history.shard, entry.producer()), entry);
        if (before != null && !replica.trimmed(before.version())) {
            throw violated("%s: %s, and again %s".formatted(replica, before, entry));
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        for (var entry : entries) {
            applied.remove(id(history.shard, entry.producer()), entry);
            answers.remove(id(history.shard, entry.producer()));
        }
    }

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        var producer = asked.put().producer();
        var stored = stored(answer.outcome());
        if (producer == null || stored == null) {
            return;
        }
        var id =
                id(
                        answer.shard(),
                        producer.id() + "/" + producer.incarnation() + "/" + producer.sequence());
        var before = answers.put(id, stored);
        if (before == null || before.equals(stored) || history.indexOf(before.version()) < 0) {
            return;
        }
        // Answers overtake each other: the older of the two decides what may be forgotten.
        long older = Math.min(before.version(), stored.version());
        if (replicas.stream().noneMatch(r -> r.trimmed(older))) {
            throw violated("%s was answered %s, before %s".formatted(asked, stored, before));
        }
    }

    private static Outcome.@Nullable Stored stored(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored(long v, _) when v == 0 -> null; // accepted, no more
            case Outcome.Stored s -> s;
            case Outcome.Repeated(long v, long t) -> new Outcome.Stored(v, t);
            case Outcome.Mismatch _, Outcome.Absent _, Outcome.Stale _ -> null;
        };
    }
}
