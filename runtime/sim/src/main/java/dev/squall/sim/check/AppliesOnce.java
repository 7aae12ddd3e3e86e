package dev.squall.sim.check;

import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * "A producer's (incarnation, seq) applies once", through whichever member and over restarts, and
 * every retry gets the first answer, also when retention has taken what it put, or a session has
 * ended. Forgotten is only what was lost. Nor does a put without a number apply twice: its caller
 * asks once, and when its member sends it again in the next view, that is because nobody has
 * delivered it. Such a put is known by its bytes, which chance made.
 */
final class AppliesOnce extends Checker {

    /** Fewer random bytes than this may be the same twice. */
    static final int KNOWN_BYTES_MIN = 8;

    private final Map<String, Entry> applied = new HashMap<>();
    private final Map<String, Outcome.Stored> answers = new HashMap<>();

    private static String id(int shard, String producer) {
        return shard + " " + producer;
    }

    private static String id(int shard, Entry entry) {
        if (!entry.producer().isEmpty()) {
            return id(shard, entry.producer());
        }
        var text = new StringBuilder().append(shard);
        for (var o : entry.objects()) {
            text.append(" %s %d B %08x".formatted(o.key(), o.size(), o.crc()));
        }
        return text.toString();
    }

    private static int bytes(Entry entry) {
        return entry.objects().stream().mapToInt(Entry.Item::size).sum();
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        boolean named = !entry.producer().isEmpty() && !entry.objects().isEmpty();
        boolean known = named || bytes(entry) >= KNOWN_BYTES_MIN;
        boolean put = !entry.imported() && replica.history.shard != Checkers.SYSTEM_SHARD;
        if (!first || !known || !put) {
            return; // commands may say the same twice
        }
        var before = applied.put(id(replica.history.shard, entry), entry);
        if (before != null) {
            throw violated("%s: %s, and again %s".formatted(replica, before, entry));
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        for (var entry : entries) {
            applied.remove(id(history.shard, entry), entry);
            answers.remove(id(history.shard, entry.producer()));
        }
    }

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        var stored = stored(answer.outcome());
        if (asked.producer() == null || stored == null || Replica.forsaken(asked, replicas)) {
            return;
        }
        var id = id(answer.shard(), asked.by());
        var before = answers.put(id, stored);
        if (before == null || before.equals(stored) || history.indexOf(before.version()) < 0) {
            return;
        }
        throw violated("%s was answered %s, before %s".formatted(asked, stored, before));
    }

    private static Outcome.@Nullable Stored stored(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored(long v, _) when v == 0 -> null; // accepted, no more
            case Outcome.Stored s -> s;
            case Outcome.Repeated(long v, long t) -> new Outcome.Stored(v, t);
            case Outcome.Mismatch _, Outcome.Absent _, Outcome.Stale _, Outcome.Full _ -> null;
            case Outcome.Unmet _, Outcome.Held _, Outcome.Aborted _, Outcome.Crowded _ -> null;
        };
    }
}
