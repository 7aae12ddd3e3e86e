package dev.squall.sim.check;

import dev.squall.store.StoreKind;
import dev.squall.table.ShardColumn;
import java.util.List;

/**
 * "Counted as persisted: on stable storage": whatever a member says that it has on disk, a power
 * failure in that very instant would leave there. What clients are told rests on it.
 */
final class Persisted extends Checker {

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        for (var replica : replicas) {
            var multicast = replica.shard.multicast();
            if (multicast != null && replica.store.pool().store() == StoreKind.PERSISTENT) {
                check(replica, multicast.table().mine(ShardColumn.PERSISTED));
            }
        }
    }

    private void check(Replica replica, long persisted) {
        if (persisted <= replica.persisted) {
            return;
        }
        for (long version :
                replica.locations.subMap(replica.persisted + 1, persisted + 1).keySet()) {
            boolean dropped = replica.store.log().memory(replica.location(version)) == null;
            if (!dropped && !replica.onDisk(version)) {
                throw violated(
                        "%s says that it has all up to %s on disk, but %s is not there"
                                .formatted(replica, Entry.text(persisted), Entry.text(version)));
            }
        }
        replica.persisted = persisted;
    }
}
