package dev.squall.sim.check;

import dev.squall.log.Log;
import dev.squall.log.Soundness;
import dev.squall.store.ShardStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * "A checkpoint is a shortcut": what a replica has after it was opened is what its whole log comes
 * to, key for key, and nothing is counted otherwise. Of a log that rots nothing is said; and that
 * this has read it, is forgotten: the replica must find out by itself.
 */
final class Opened extends Checker {

    /** Opened, and not looked at yet: within a turn a record may be in, and its end not. */
    private final Set<Replica> fresh = new HashSet<>();

    @Override
    void recovered(Replica replica) {
        fresh.add(replica);
    }

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        for (var replica : replicas) {
            if (fresh.remove(replica)) {
                check(replica);
            }
        }
        fresh.removeIf(replica -> !replica.subject.alive());
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        replicas.forEach(this::check);
    }

    private void check(Replica replica) {
        if (replica.harmed()) {
            return;
        }
        var log = replica.store.log();
        try {
            long at = differs(replica.store);
            if (at >= 0 && sound(log)) {
                throw violated(
                        "%s has not made of its log what that comes to, from byte %d of its state"
                                .concat(" on")
                                .formatted(replica, at));
            }
        } catch (Soundness.Harmed _) {
            // Others look at what becomes of it.
        } finally {
            log.soundness().forgive();
        }
    }

    private static long differs(ShardStore store) {
        var whole =
                new ShardStore(
                        store.shard(), store.pool(), store.log().snapshot(), (_, _, _) -> {});
        whole.imports().goOnAs(store.imports());
        whole.recover(null);
        return store.state().mismatch(whole.state());
    }

    private static boolean sound(Log log) {
        log.visit(log.first(), (location, m, _) -> log.soundness().record(m, location));
        return !log.soundness().isHarmed();
    }
}
