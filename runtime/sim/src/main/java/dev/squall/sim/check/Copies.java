package dev.squall.sim.check;

import dev.squall.base.Failure;
import dev.squall.node.ShardReplica;
import dev.squall.store.StoreKind;
import java.util.Map;

/** Where there are copies of what a node has on stable storage. */
final class Copies {

    private final Map<Integer, Map<Integer, Replica>> replicas;

    /**
     * @param replicas of all that run, by node and shard
     */
    Copies(Map<Integer, Map<Integer, Replica>> replicas) {
        this.replicas = replicas;
    }

    /** Whether the group could do without a node's disk. */
    boolean held(Subject subject) {
        var here = replicas.getOrDefault(subject.node(), Map.of());
        for (var shard : subject.core().replicas()) {
            var replica = here.get(shard.id());
            if (shard.pool().store() != StoreKind.PERSISTENT) {
                continue;
            }
            if (replica == null || isOnly(subject, shard) || !heldElsewhere(replica)) {
                return false;
            }
        }
        return true;
    }

    /** Others may have a shard that is to lie here alone; they are about to let it go. */
    private static boolean isOnly(Subject subject, ShardReplica shard) {
        try {
            return subject.core().pools().list().stream()
                    .anyMatch(p -> p.name().equals(shard.pool().name()) && p.replicas() < 2);
        } catch (Failure _) {
            return true; // it has not read its metadata yet
        }
    }

    private boolean heldElsewhere(Replica replica) {
        for (var entry : replica.locations.descendingKeySet()) {
            if (replica.trimmed(entry) || replica.onDisk(entry)) {
                return heldElsewhere(replica, entry);
            }
        }
        return heldElsewhere(replica, Replica.NOWHERE);
    }

    /** Whether somebody else has everything up to a version. */
    private boolean heldElsewhere(Replica replica, long version) {
        for (var known : replicas.values()) {
            var other = known.get(replica.history.shard);
            if (other == null || other.subject.node() == replica.subject.node()) {
                continue;
            }
            boolean counts = other.subject.alive() && other.subject.whole(replica.history.shard);
            if (counts && (version == Replica.NOWHERE || other.onDisk(version))) {
                return true;
            }
        }
        return false;
    }
}
