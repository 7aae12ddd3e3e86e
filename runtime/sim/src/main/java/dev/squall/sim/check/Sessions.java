package dev.squall.sim.check;

import dev.squall.node.Producer;
import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * "A session lives until its producer has been silent for as long as the pool says, by the times of
 * the log, and ends at the same version everywhere": who is refused as stale has really gone on or
 * been silent, and at rest all replicas remember the same of everybody.
 */
final class Sessions extends Checker {

    /** Numbers that a session remembers (see {@code ProducerTable.WINDOW}). */
    private static final int WINDOW = 64;

    /** Producers some of whose versions were lost: what was known of those is nobody's any more. */
    private final Set<String> lost = new HashSet<>();

    private record Said(long incarnation, long sequence, long heard, long timestamp) {}

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        var by = asked.producer();
        var replica = replicas.stream().filter(r -> r.subject.node() == asked.node()).findFirst();
        boolean forsaken = replica.isEmpty() || replica.get().diverged;
        if (!(answer.outcome() instanceof Outcome.Stale) || by == null || forsaken) {
            return;
        }
        long micros = replica.get().store.pool().sessionMillis() * 1000;
        boolean justly =
                lost.contains(history.shard + " " + by.id())
                        || takenOver(by.id(), history)
                        || stale(by, said(by.id(), history), newest(history), micros);
        if (!justly) {
            throw violated(
                    "%s was answered %s, but its session lasts %d us and has not ended"
                            .formatted(asked, answer.outcome(), micros));
        }
    }

    /** What another shard knew goes into one window with what this one knows. */
    private static boolean takenOver(String producer, ShardHistory history) {
        return history.entries().stream()
                .filter(e -> e.imported() && e.key().isEmpty())
                .anyMatch(e -> e.producer().split("/", -1)[0].equals(producer));
    }

    private static long newest(ShardHistory history) {
        return history.size() == 0 ? 0 : history.get(history.size() - 1).timestamp();
    }

    private static List<Said> said(String producer, ShardHistory history) {
        var said = new ArrayList<Said>();
        for (var entry : history.entries()) {
            var parts = entry.producer().split("/", -1);
            if (parts[0].equals(producer) && !entry.imported()) {
                said.add(
                        new Said(
                                Long.parseLong(parts[1]),
                                Long.parseLong(parts[2]),
                                entry.earliest(), // a share has the time of its ticket
                                entry.timestamp()));
            }
        }
        return said;
    }

    private static boolean stale(Producer by, List<Said> said, long now, long sessionMicros) {
        long newest = -1;
        for (int i = 0; i < said.size(); i++) {
            var entry = said.get(i);
            if (entry.incarnation() > by.incarnation()) {
                return true;
            }
            newest =
                    entry.incarnation() == by.incarnation()
                            ? Math.max(newest, entry.sequence())
                            : newest;
            long next = i + 1 < said.size() ? said.get(i + 1).timestamp() : now;
            boolean ended = next - entry.heard() > sessionMicros && newest >= by.sequence();
            if (ended || newest >= by.sequence() + WINDOW) {
                return true;
            }
        }
        return false;
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        for (var entry : entries) {
            lost.add(history.shard + " " + entry.producer().split("/", -1)[0]);
        }
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var first = replicas.getFirst();
        for (var replica : replicas) {
            long at = replica.store.sessions().mismatch(first.store.sessions());
            if (at >= 0) {
                throw violated(
                        "%s and %s do not remember the same of their producers, from byte %d on"
                                .formatted(first, replica, at));
            }
        }
    }
}
