package dev.squall.sim.check;

import dev.squall.store.BulkObject;
import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.TreeSet;

/**
 * "An object that came in chunks is read as it was put": once nothing fails, every version of it
 * that a replica shows has all its chunks and the checksum with which it was put; and where nothing
 * is ever dropped, every version is shown.
 */
final class WholeObjects extends Checker {

    private static final int VERSIONS_MAX = 10_000;

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var keys = new TreeSet<String>();
        history.entries().forEach(e -> keys.add(e.key()));
        for (var replica : replicas) {
            boolean keepsAll = !replica.store.pool().dropsAnything();
            for (var key : keys) {
                for (var object : replica.store.history(key, 0, Long.MAX_VALUE, VERSIONS_MAX)) {
                    if (object.bulk()) {
                        check(replica, key, object, keepsAll);
                    }
                }
            }
        }
    }

    private void check(Replica replica, String key, StoredObject object, boolean keepsAll) {
        var found = replica.store.getVersion(key, object.version());
        if (!(found instanceof ReadResult.Found(var shown))) {
            if (keepsAll) {
                throw violated(
                        "%s: %s at %s is %s, but nothing is ever dropped here"
                                .formatted(replica, key, Entry.text(object.version()), found));
            }
            return;
        }
        var bulk = new BulkObject(replica.store, shown);
        var bytes = MemorySegment.ofArray(new byte[(int) bulk.size()]);
        if (bulk.read(0, bytes) != bulk.size() || Entry.crc(bytes) != bulk.crc()) {
            throw violated(
                    "%s: %s at %s has crc %08x, and was put with %08x"
                            .formatted(
                                    replica,
                                    key,
                                    Entry.text(object.version()),
                                    Entry.crc(bytes),
                                    bulk.crc()));
        }
    }
}
