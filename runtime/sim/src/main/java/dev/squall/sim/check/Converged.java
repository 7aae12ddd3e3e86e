package dev.squall.sim.check;

import dev.squall.node.ShardReplica;
import dev.squall.store.ReadResult;
import java.util.List;
import java.util.TreeSet;

/**
 * "Delivered by a survivor: delivered by all", once nothing fails: at rest all replicas of a shard
 * have come equally far, answer every read alike, and their past is complete up to now.
 */
final class Converged extends Checker {

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        var first = replicas.getFirst();
        for (var replica : replicas) {
            if (replica.shard.phase() != ShardReplica.Phase.READY) {
                throw violated("%s %s".formatted(replica, replica.shard.reason()));
            }
            if (replica.lastVersion() != first.lastVersion()) {
                throw violated(
                        "%s has %s, %s has %s"
                                .formatted(
                                        first,
                                        Entry.text(first.lastVersion()),
                                        replica,
                                        Entry.text(replica.lastVersion())));
            }
            // What a batch over several shards leaves open is not past yet: see WholeBatches.
            boolean decided = replica.store.tickets().open().isEmpty();
            if (decided && replica.shard.frontierTime() < restMicros) {
                throw violated(
                        "%s is complete up to %d, but all was at rest since %d"
                                .formatted(replica, replica.shard.frontierTime(), restMicros));
            }
            sameAnswers(first, replica, history);
        }
    }

    private void sameAnswers(Replica one, Replica other, ShardHistory history) {
        var keys = new TreeSet<String>();
        history.entries().forEach(e -> e.objects().forEach(o -> keys.add(o.key())));
        for (var key : keys) {
            var here = text(one.store.get(key));
            var there = text(other.store.get(key));
            if (!here.equals(there)) {
                throw violated("%s: %s has %s, %s has %s".formatted(key, one, here, other, there));
            }
        }
        if (one.firstVersion() != other.firstVersion()) {
            throw violated(
                    "%s begins with %s, %s with %s"
                            .formatted(
                                    one,
                                    Entry.text(one.firstVersion()),
                                    other,
                                    Entry.text(other.firstVersion())));
        }
    }

    private static String text(ReadResult result) {
        return switch (result) {
            case ReadResult.Found(var o) -> Entry.seen(o);
            case ReadResult.Missing(var why) -> why.name();
        };
    }
}
