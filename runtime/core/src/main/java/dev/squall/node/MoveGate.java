package dev.squall.node;

import dev.squall.base.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the puts of a shard to which keys move. A put is compared with what its key has,
 * and with what its producer has put before; so both come into the shard first, if they are still
 * in another one. Of a batch each key is looked at.
 *
 * <p>Belongs to the group agent, and to one view.
 */
final class MoveGate implements PutQueue.Gate {

    private final PoolMaps maps;
    private final Set<Integer> sources;
    private final ShardReplica to;
    private final Map<Integer, ShardReplica> all;
    private final Clock clock;
    private final Map<Integer, Carrier> carriers = new HashMap<>();

    /**
     * @param maps of its pool, in this view
     * @param to the shard
     * @param all the shards of this node, by number
     */
    MoveGate(PoolMaps maps, ShardReplica to, Map<Integer, ShardReplica> all, Clock clock) {
        this.maps = maps;
        this.sources = maps.role(to.id).sources();
        this.to = to;
        this.all = all;
        this.clock = clock;
    }

    @Override
    public Verdict look(PendingPut put) {
        var message = put.message();
        if (message.bound() && message.keys().isEmpty()) {
            return message.by().isEmpty() ? Verdict.GO : asks(message.by());
        }
        boolean ready = true;
        for (var key : message.keys()) {
            int source = source(key);
            var carrier = source == PoolMaps.NONE ? null : carrier(source);
            if (source != PoolMaps.NONE && carrier == null) {
                return Verdict.AWAY;
            }
            ready &= carrier == null || carrier.ready();
        }
        if (!ready) {
            return Verdict.WAIT;
        }
        for (var key : message.keys()) {
            int source = source(key);
            var carrier = source == PoolMaps.NONE ? null : carrier(source);
            if (carrier != null) {
                bring(carrier, key, message);
                ready &= carrier.ready();
            }
        }
        return ready ? Verdict.GO : Verdict.WAIT;
    }

    /** The home of a ticket is asked what it knows of a producer: nobody says of which key. */
    private Verdict asks(String by) {
        for (int source : sources) {
            var store = to.store();
            if (store != null && store.imports().done(source)) {
                continue;
            }
            var carrier = carrier(source);
            if (carrier == null) {
                return Verdict.AWAY;
            }
            if (!carrier.ready()) {
                return Verdict.WAIT;
            }
            carrier.producer(by);
        }
        return Verdict.GO;
    }

    private static void bring(Carrier carrier, String key, Message message) {
        if (!message.by().isEmpty()) {
            carrier.producer(message.by());
        }
        carrier.key(key);
    }

    /** The shard from which a key has not come yet, or {@link PoolMaps#NONE}. */
    private int source(String key) {
        int source = maps.source(key);
        var store = to.store();
        boolean done = source != PoolMaps.NONE && store != null && store.imports().done(source);
        return done ? PoolMaps.NONE : source;
    }

    private @Nullable Carrier carrier(int source) {
        var known = carriers.get(source);
        var from = all.get(source);
        if (known == null && from != null) {
            known = new Carrier(from, to, clock);
            carriers.put(source, known);
        }
        return known;
    }
}
