package dev.squall.sim.check;

import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import dev.squall.wire.RecordLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * "What is labelled stays, and holds up nothing else": what the order has labelled is read at every
 * replica under its version and its time, byte for byte, however much of the log has gone; no more
 * is labelled than the pool allows; and at rest nothing waits to be carried forward, so that what
 * has no label has gone when it had to.
 *
 * <p>Which versions have a label is found anew from all that the shard has ever ordered, without
 * what was carried forward.
 */
final class LabelsKeep extends Checker {

    private record Version(String key, long version) {}

    private record Known(Entry.Item item, long nextTime) {}

    /** Shards that have taken over keys of others, in whichever life. */
    private final Set<Integer> moved = new HashSet<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (entry.imported()) {
            moved.add(replica.history.shard);
        }
    }

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        replicas.forEach(this::bounded);
    }

    /** Keys that move bring their labels along, however many: these are not refused. */
    private void bounded(Replica replica) {
        var keep = replica.store.pool().retention().keep();
        boolean alone = !moved.contains(replica.history.shard) && !replica.diverged;
        if (alone && replica.store.kept().bytes() > keep.bytes()) {
            throw violated(
                    "%s has labelled %d bytes; the limit is %d"
                            .formatted(replica, replica.store.kept().bytes(), keep.bytes()));
        }
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var labelled = labelled(history);
        for (var replica : replicas) {
            if (!replica.store.pool().retention().keep().is()) {
                return;
            }
            // A volatile shard that has lost all its members has begun anew, with nothing.
            if (replica.diverged || replica.next != history.size()) {
                continue;
            }
            labelled.forEach((_, known) -> check(replica, known));
            if (replica.store.kept().count() != labelled.size()) {
                throw violated(
                        "%s has %d labelled versions; ordered were %d: %s"
                                .formatted(
                                        replica,
                                        replica.store.kept().count(),
                                        labelled.size(),
                                        labelled.keySet()));
            }
            if (!replica.store.due().isEmpty()) {
                throw violated(
                        "%s waits for %s to be carried forward"
                                .formatted(replica, replica.store.due()));
            }
        }
    }

    private static Map<Version, Known> labelled(ShardHistory history) {
        var items = new HashMap<Version, Entry.Item>();
        var byKey = new HashMap<String, TreeMap<Long, Entry.Item>>();
        var labels = new HashMap<Version, Integer>();
        for (var entry : history.entries()) {
            if (!entry.chunk()) {
                for (var item : entry.objects()) {
                    var name = new Version(item.key(), item.version());
                    items.put(name, item);
                    byKey.computeIfAbsent(item.key(), _ -> new TreeMap<>())
                            .put(item.version(), item);
                    if (item.label() != 0) {
                        labels.put(name, item.label());
                    }
                }
            }
            if (entry.isLabel()) {
                labels.put(new Version(entry.key(), entry.about()), entry.label());
            }
        }
        var found = new HashMap<Version, Known>();
        labels.forEach((name, label) -> {
            var item = items.get(name);
            if (label != 0 && item != null) {
                var next = byKey.getOrDefault(name.key, new TreeMap<>()).higherEntry(name.version);
                long until = next == null ? Long.MAX_VALUE : next.getValue().timestamp();
                found.put(name, new Known(item, until));
            }
        });
        return found;
    }

    private void check(Replica replica, Known known) {
        var store = replica.store;
        var item = known.item;
        var reads = new ArrayList<ReadResult>();
        reads.add(store.getVersion(item.key(), item.version()));
        reads.add(store.getAt(item.key(), item.timestamp()));
        reads.add(store.getAt(item.key(), known.nextTime - 1));
        for (var read : reads) {
            if (!(read instanceof ReadResult.Found(var object)) || !same(item, object)) {
                throw violated(
                        "%s: %s was labelled, now it is read as %s".formatted(replica, item, read));
            }
        }
        if (store.kept().label(item.key(), item.version()).isEmpty()) {
            throw violated("%s: %s was labelled, and is not".formatted(replica, item));
        }
    }

    private static boolean same(Entry.Item item, StoredObject object) {
        return object.version() == item.version()
                && object.timestamp() == item.timestamp()
                && Entry.crc(object.bytes()) == item.crc()
                && RecordLayout.key(object.memory(), object.at()).equals(item.key());
    }
}
