package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys that change their shard, at this node: what is done here of the moves that the metadata
 * tells of, and where puts go whose shard has changed since they came.
 *
 * <p>Belongs to the group agent.
 */
final class Moving {

    private final int self;
    private final Map<Integer, ShardReplica> all;
    private final Clock clock;
    private final Directory.Shards shards;
    private final Map<PoolMaps.Move, Importer> importers = new LinkedHashMap<>();
    private Metadata metadata = Metadata.EMPTY;

    /**
     * @param self this node's id
     * @param all the shards of this node, by number
     */
    Moving(int self, Map<Integer, ShardReplica> all, Clock clock, Directory.Shards shards) {
        this.self = self;
        this.all = all;
        this.clock = clock;
        this.shards = shards;
    }

    /** The metadata has changed, and what it says of this view has begun. */
    void changed(Metadata next) {
        metadata = next;
        var due = new HashSet<PoolMaps.Move>();
        for (var pool : next.pools().values()) {
            for (var move : pool.maps().moves()) {
                if (isMine(next, pool, move)) {
                    due.add(move);
                    importers.computeIfAbsent(move, _ -> importer(pool, move));
                }
            }
        }
        importers.keySet().retainAll(due);
    }

    private boolean isMine(Metadata now, Metadata.Pool pool, PoolMaps.Move move) {
        var place = now.map().place(pool.maps().steady(move));
        boolean leads = place != null && !place.members().isEmpty() && place.leader().id() == self;
        return leads && all.containsKey(move.from()) && all.containsKey(move.to());
    }

    private @Nullable Importer importer(Metadata.Pool pool, PoolMaps.Move move) {
        var from = all.get(move.from());
        var to = all.get(move.to());
        if (from == null || to == null) {
            return null;
        }
        var carrier = new Carrier(from, to, clock);
        return new Importer(pool.spec().name(), pool.maps(), move, carrier, shards);
    }

    /** The view has ended. */
    void end() {
        importers.clear();
    }

    /** Goes on with the moves. Returns how much work there was. */
    int step(long now) {
        int work = 0;
        if (importers.isEmpty()) {
            return 0;
        }
        boolean failed = false;
        for (var importer : importers.values()) {
            work += importer.step(now);
            failed |= importer.failed();
        }
        if (failed) {
            importers.values().removeIf(Importer::failed);
            changed(metadata);
        }
        return work;
    }

    /** A shard begins in a view. */
    void begin(ShardReplica replica, PoolMaps.Role role) {
        long map = role.map();
        var maps = role.maps();
        PutQueue.Gate inner =
                maps == null || role.sources().isEmpty()
                        ? _ -> PutQueue.Gate.Verdict.GO
                        : new MoveGate(maps, replica, all, clock);
        replica.puts.gate(
                put -> isHere(put, map) ? inner.look(put) : PutQueue.Gate.Verdict.AWAY,
                this::goesOn);
    }

    /** What is said of a ticket is for the shard that it names, whichever keys that has. */
    private static boolean isHere(PendingPut put, long map) {
        var message = put.message();
        return put.map() == map || (message.bound() && message.keys().isEmpty());
    }

    /** A put whose key belongs to another shard now, or is brought there elsewhere. */
    private void goesOn(PendingPut put) {
        var keys = put.message().keys();
        if (keys.isEmpty() || put.message().bound()) {
            put.fail(Failure.Kind.UNAVAILABLE, "the layout has changed; nothing was done");
            return;
        }
        try {
            var route = new Routes(self, metadata).place(put.message());
            var replica = route.local() ? all.get(route.shard()) : null;
            boolean same = put.map() == route.map(); // its key comes from where this node is not
            if (replica == null || same) {
                throw NodeEffects.moved(keys.getFirst(), route);
            }
            put.map(route.map());
            replica.puts.offer(put);
        } catch (Failure e) {
            put.fail(e.kind(), String.valueOf(e.getMessage()));
        }
    }
}
