package dev.squall.sim.check;

import dev.squall.base.Version;
import dev.squall.node.AckLevel;
import dev.squall.node.PutAnswer;
import dev.squall.node.ShardReplica;
import dev.squall.store.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * "Acknowledged durable: there after killing and restarting everything": whatever died since, no
 * replica takes puts again without it. And at the moment of the answer: one of ordered means that
 * every member of the view holds the put, one of durable, that every replica which serves has it on
 * stable storage. The answer says the version and time that the order gave it; to a retry, those of
 * the first attempt, which may have been ordered in another shard, where its key lay then.
 */
final class Acknowledged extends Checker {

    private final Map<Integer, TreeSet<Long>> durable = new HashMap<>();

    /** At which times something was ordered, in whichever shards. */
    private final Map<Asked.Change, Set<Long>> ordered = new HashMap<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (first && !entry.imported()) {
            for (var o : entry.objects()) {
                ordered.computeIfAbsent(change(o), _ -> new HashSet<>()).add(o.timestamp());
            }
        }
    }

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        if (answer.ack() == AckLevel.ACCEPTED || Replica.forsaken(asked, replicas)) {
            return;
        }
        switch (answer.outcome()) {
            case Outcome.Stored(long version, long timestamp) -> {
                sameAsOrdered(asked, version, timestamp, history);
                if (viewWhereMade(asked, replicas) == Version.view(version)) { // not at its end
                    replicas.forEach(r -> holds(asked, version, r));
                }
                onDisk(asked, answer, version, history, replicas);
            }
            case Outcome.Repeated(long version, long timestamp) when history.indexOf(version) < 0 ->
                    orderedOnce(asked, version, timestamp);
            case Outcome.Repeated(long version, _) ->
                    onDisk(asked, answer, version, history, replicas);
            case Outcome.Mismatch _, Outcome.Absent _, Outcome.Stale _, Outcome.Full _ -> {}
            case Outcome.Unmet _, Outcome.Held _, Outcome.Aborted _, Outcome.Crowded _ -> {}
        }
    }

    private void sameAsOrdered(Asked asked, long version, long timestamp, ShardHistory history) {
        int index = history.indexOf(version);
        if (index < 0) {
            orderedOnce(asked, version, timestamp);
            return;
        }
        var entry = history.get(index);
        boolean same =
                entry.objects().stream().allMatch(o -> o.timestamp() == timestamp)
                        && entry.objects().stream().allMatch(o -> o.version() == version)
                        && changes(entry).equals(asked.changes());
        if (!same) {
            throw violated(
                    "%s (%s) was answered %s at %d, which is %s"
                            .formatted(
                                    asked, asked.changes(), Entry.text(version), timestamp, entry));
        }
    }

    /** The answer to a retry: what it asks for was ordered then, though not in this shard. */
    private void orderedOnce(Asked asked, long version, long timestamp) {
        boolean known =
                asked.producer() != null
                        && asked.changes().stream()
                                .anyMatch(
                                        c -> ordered.getOrDefault(c, Set.of()).contains(timestamp));
        if (!known) {
            throw violated(
                    "%s was answered %s at %d, which no log has"
                            .formatted(asked, Entry.text(version), timestamp));
        }
    }

    private static List<Asked.Change> changes(Entry entry) {
        return entry.objects().stream().map(Acknowledged::change).toList();
    }

    private static Asked.Change change(Entry.Item o) {
        return new Asked.Change(o.key(), o.delete(), o.size(), o.crc(), o.label());
    }

    /**
     * The view in which the member that answers is; -1 when it has died meanwhile, or has heard of
     * the answer from one that sends in the shard, which may be a view ahead.
     */
    private static long viewWhereMade(Asked asked, List<Replica> replicas) {
        return replicas.stream()
                .filter(r -> r.subject.node() == asked.node())
                .filter(Acknowledged::sends)
                .mapToLong(r -> r.subject.core().state().view())
                .findFirst()
                .orElse(-1);
    }

    private static boolean sends(Replica replica) {
        var multicast = replica.shard.multicast();
        return multicast != null && multicast.sends();
    }

    private void holds(Asked asked, long version, Replica replica) {
        var multicast = replica.shard.multicast();
        boolean sameView = replica.subject.core().state().view() == Version.view(version);
        if (multicast == null || !sameView) {
            return;
        }
        long received = multicast.received();
        if (received <= Version.sequence(version)) {
            throw violated(
                    "%s was answered %s, but %s has received only %d messages"
                            .formatted(asked, Entry.text(version), replica, received));
        }
    }

    private void onDisk(
            Asked asked,
            PutAnswer answer,
            long version,
            ShardHistory history,
            List<Replica> replicas) {
        if (answer.ack() != AckLevel.DURABLE) {
            return;
        }
        durable.computeIfAbsent(history.shard, _ -> new TreeSet<>()).add(version);
        long view = viewWhereMade(asked, replicas);
        if (view != Version.view(version)) {
            return; // it may have been answered in one view, and heard of in the next
        }
        for (var replica : replicas) {
            boolean counts =
                    replica.shard.phase() == ShardReplica.Phase.READY
                            && version > replica.readyFrom // heard of later than answered
                            && replica.subject.core().state().view() == view;
            if (!counts) {
                continue; // it will not serve before it has everything that is acknowledged
            }
            if (!replica.trimmed(version) && !replica.onDisk(version)) {
                throw violated(
                        "%s was answered durable as %s, but the disk of %s does not hold it"
                                .formatted(asked, Entry.text(version), replica));
            }
        }
        onEnoughDisks(asked, version, view, replicas);
    }

    /** As many disks have it as the pool demands, unless a member has died since. */
    private void onEnoughDisks(Asked asked, long version, long view, List<Replica> replicas) {
        int members = 0;
        int min = 0;
        int there = 0;
        int disks = 0;
        for (var replica : replicas) {
            if (replica.subject.node() == asked.node()) {
                members = replica.shard.members().size();
                min = replica.store.pool().layout().minReplicas();
            }
            there += replica.subject.core().state().view() == view ? 1 : 0;
            disks += replica.trimmed(version) || replica.onDisk(version) ? 1 : 0;
        }
        if (members > 0 && there == members && disks < min) {
            throw violated(
                    "%s was answered durable as %s, but %d disks hold it; the pool demands %d"
                            .formatted(asked, Entry.text(version), disks, min));
        }
    }

    @Override
    void ready(Replica replica) {
        var multicast = replica.shard.multicast();
        if (multicast != null && !multicast.wedged()) { // or its disk was mended in an old view
            // What its view delivers at its end, one that stood still meanwhile has not.
            long view = replica.subject.core().state().view();
            check(replica, "is ready", Version.of(view, 0));
        }
    }

    private void check(Replica replica, String when, long before) {
        var known = durable.getOrDefault(replica.history.shard, new TreeSet<>());
        for (long version : known.headSet(before)) {
            if (replica.location(version) == Replica.NOWHERE && !replica.trimmed(version)) {
                throw violated(
                        "%s %s without %s, which was acknowledged durable"
                                .formatted(replica, when, Entry.text(version)));
            }
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        var known = durable.getOrDefault(history.shard, new TreeSet<>());
        for (var entry : entries) {
            if (known.contains(entry.version())) {
                throw violated(
                        "shard %d has lost %s, acknowledged durable"
                                .formatted(history.shard, entry));
            }
        }
    }
}
