package dev.squall.sim.check;

import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.node.ShardReplica;
import dev.squall.store.ShardStore;
import dev.squall.wire.RecordLayout;
import java.util.List;
import java.util.TreeMap;

/** A replica in one life of its node, and how far it has come along its shard's history. */
final class Replica {

    static final long NOWHERE = -1;

    final Subject subject;
    final ShardReplica shard;
    final ShardStore store;
    final ShardHistory history;

    /** Where each version stands in the replica's log. */
    final TreeMap<Long, Long> locations = new TreeMap<>();

    /** The index in the history of the version that must come next. */
    int next;

    boolean ready;

    /** What it has said to be on disk, and is there. */
    long persisted;

    /** Its newest version when it began to take puts: from then on it counts in what is durable. */
    long readyFrom;

    /** Whether it has versions that the others have lost; it must drop them before it goes on. */
    boolean diverged;

    /** The time up to which the replica's past was complete when its last turn ended. */
    long completeMicros;

    Replica(Subject subject, ShardReplica shard, ShardStore store, ShardHistory history) {
        this.subject = subject;
        this.shard = shard;
        this.store = store;
        this.history = history;
    }

    /**
     * Whether who was asked still holds what the others have lost: a volatile shard begins anew
     * when all its members are put out, and one that stood still meanwhile answers from what it had
     * until it notices.
     */
    static boolean forsaken(Asked asked, List<Replica> replicas) {
        boolean share = asked.node() < 0; // of a batch: who answered is not known
        return replicas.stream()
                .anyMatch(r -> r.diverged && (share || r.subject.node() == asked.node()));
    }

    long lastVersion() {
        return locations.isEmpty() ? 0 : locations.lastKey();
    }

    /** The oldest version that the log still has; MAX when it is empty. */
    long firstVersion() {
        long at = store.log().settle(store.log().first());
        var memory = at < 0 ? null : store.log().memory(at);
        return memory == null ? Long.MAX_VALUE : RecordLayout.version(memory, Log.offset(at));
    }

    /** Whether a version would be found in its log after a power failure. */
    boolean onDisk(long version) {
        long location = location(version);
        var memory = location == NOWHERE ? null : store.log().memory(location);
        if (memory == null) {
            return false;
        }
        long at = Log.offset(location);
        if (!RecordLayout.headerValid(memory, at, memory.byteSize() - at)) {
            return true; // it was there, and has rotted
        }
        var bytes = memory.asSlice(at, RecordLayout.length(memory, at));
        return subject.onDisk(Journal.name(history.shard, (int) (location >>> 32)), bytes, at);
    }

    /** Whether retention has taken this version here. */
    boolean trimmed(long version) {
        return store.pool().bounded() && version < firstVersion();
    }

    /** The version's place in the log, or {@link #NOWHERE} when it never came here. */
    long location(long version) {
        return locations.getOrDefault(version, NOWHERE);
    }

    /** Whether it knows that its log is not what was written. */
    boolean harmed() {
        return store.log().soundness().isHarmed();
    }

    @Override
    public String toString() {
        return "shard %d at node %d".formatted(history.shard, subject.node());
    }
}
