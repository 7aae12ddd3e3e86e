package dev.squall.sim.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * "Given up is only what was never agreed on": when a member cuts its log to go on as the others
 * do, nobody who serves has what it has cut. Else it gave away a copy of what counted on it. Where
 * retention drops what is old, a member may have to begin anew, and there is no such rule.
 */
final class Agreed extends Checker {

    private final Map<Integer, TreeSet<Long>> givenUp = new HashMap<>();

    @Override
    void cut(Replica before, Replica after) {
        // What has rotted here is fetched again from the others.
        if (!after.store.pool().bounded() && !before.harmed()) {
            long last = after.lastVersion();
            givenUp.computeIfAbsent(after.history.shard, _ -> new TreeSet<>())
                    .addAll(before.locations.tailMap(last, false).keySet());
        }
    }

    @Override
    void ready(Replica replica) {
        for (long version : givenUp.getOrDefault(replica.history.shard, new TreeSet<>())) {
            if (replica.location(version) != Replica.NOWHERE) {
                throw violated(
                        "a member gave up %s, but %s serves with it"
                                .formatted(Entry.text(version), replica));
            }
        }
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        replicas.forEach(this::ready);
    }
}
