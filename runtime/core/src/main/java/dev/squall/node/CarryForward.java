package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.Labelled;
import dev.squall.store.ShardStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Carries labelled versions forward when the segment that they stand in is to go: the first sender
 * of a shard sends each of them through the order once more (see {@link dev.squall.store.Kept}),
 * ahead of the puts that wait. Whatever becomes of it, what is still due is found again by looking:
 * after a change of the view, by whoever is the first then.
 *
 * <p>At most {@link #WINDOW_BYTES} of a shard are under way. Belongs to the group agent.
 */
final class CarryForward {

    /** What may be under way of a shard, unless one object is larger: 256 KiB. */
    static final long WINDOW_BYTES = 256 << 10;

    /** What is under way of a shard, in one view. */
    private static final class Way {
        final ShardEpoch epoch;
        final ShardStore store;
        final Set<Labelled> sent = new HashSet<>();
        long bytes;

        Way(ShardEpoch epoch, ShardStore store) {
            this.epoch = epoch;
            this.store = store;
        }
    }

    private final Map<Integer, Way> ways = new HashMap<>();

    /** Takes a step for one shard of this node. */
    @SuppressWarnings("ReferenceEquality") // that very view and store, not ones like them
    void step(ShardReplica replica, long now) {
        var store = replica.store();
        var epoch = replica.epoch();
        boolean ready = replica.phase() == ShardReplica.Phase.READY;
        if (store == null || epoch == null || !epoch.sendsFirst() || !ready) {
            ways.remove(replica.id());
            return;
        }
        var way = ways.get(replica.id());
        if (way == null || way.epoch != epoch || way.store != store) {
            way = new Way(epoch, store);
            ways.put(replica.id(), way);
        }
        for (var one : store.due()) {
            if (way.bytes >= WINDOW_BYTES) {
                return;
            }
            if (way.sent.add(one)) {
                send(replica, way, one, now);
            }
        }
    }

    private static void send(ShardReplica replica, Way way, Labelled one, long now) {
        var memory = way.store.log().memory(one.location());
        if (memory == null || !way.store.log().soundness().record(memory, one.location())) {
            way.sent.remove(one);
            return; // this replica is about to be repaired
        }
        way.bytes += one.bytes();
        replica.puts.ahead(
                PendingPut.imported(
                        new KeptRecord(memory, one),
                        new PutCaller() {
                            @Override
                            public void answered(PutAnswer answer) {
                                over();
                            }

                            @Override
                            public void failed(Failure failure) {
                                over();
                            }

                            private void over() {
                                way.bytes -= one.bytes();
                                way.sent.remove(one);
                            }
                        },
                        now + NodeCore.SEND_NANOS_MAX));
    }
}
