package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.base.Version;
import dev.squall.node.AckLevel;
import dev.squall.node.Batch;
import dev.squall.node.BatchAnswer;
import dev.squall.node.Producer;
import dev.squall.node.PutAnswer;
import dev.squall.sim.check.Asked;
import dev.squall.store.Outcome;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client's batches: several keys at once, with conditions and without, and again. */
final class Batcher {

    /** Keys of a batch. */
    private static final int KEYS_MAX = 4;

    /** Batches that may be tried again; the shards remember more than these. */
    private static final int RECENT_MAX = 20;

    /** Another node orders it; which one is not known. */
    private static final int ELSEWHERE = -1;

    private static final long MICRO = 1000;

    private final String producer;
    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Ledger ledger;
    private final List<Batch> recent = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private long sequence;

    Batcher(int client, World world, List<SimNode> nodes, Ledger ledger) {
        this.producer = "b" + client;
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
    }

    /** Sends a batch of some of these keys, or one that was sent before. */
    void send(List<String> keys) {
        var asked = chance.oneOf(nodes).life();
        if (asked == null) {
            return;
        }
        if (!recent.isEmpty() && chance.with(0.2)) {
            submit(asked, chance.oneOf(recent));
            return;
        }
        var chosen = chance.with(0.5) ? anywhere(keys) : inOneShard(asked, keys);
        if (!chosen.isEmpty()) {
            var batch = batch(chosen);
            if (batch.producer() != null) {
                recent.add(batch);
                if (recent.size() > RECENT_MAX) {
                    recent.removeFirst();
                }
            }
            submit(asked, batch);
        }
    }

    /** Keys of pools of one kind, in whichever shards. */
    private List<String> anywhere(List<String> keys) {
        var kind = chance.oneOf(world.swarm().pools()).store();
        var some = new ArrayList<String>();
        for (var pool : world.swarm().pools()) {
            var root = "/" + pool.name() + "/";
            if (pool.store() == kind) {
                keys.stream().filter(k -> k.startsWith(root)).forEach(some::add);
            }
        }
        return some(some);
    }

    private List<String> inOneShard(SimNode.Life asked, List<String> keys) {
        var shards = new TreeMap<Integer, List<String>>();
        for (var key : keys) {
            try {
                int shard = asked.core().route(key).shard();
                shards.computeIfAbsent(shard, _ -> new ArrayList<>()).add(key);
            } catch (Failure _) {
                // no such pool yet, or the node has just started
            }
        }
        return shards.isEmpty() ? List.of() : some(chance.oneOf(List.copyOf(shards.values())));
    }

    private List<String> some(List<String> keys) {
        var left = new ArrayList<>(keys);
        var chosen = new ArrayList<String>();
        int count = Math.min(left.size(), chance.between(1, KEYS_MAX));
        for (int i = 0; i < count; i++) {
            chosen.add(left.remove(chance.between(0, left.size() - 1)));
        }
        return chosen;
    }

    private Batch batch(List<String> keys) {
        var parts = new ArrayList<Batch.Part>();
        for (var key : keys) {
            boolean delete = chance.with(0.1);
            long known = versions.getOrDefault(key, 0L);
            long expected = chance.with(0.2) ? known : RecordLayout.ANY;
            int size = delete ? 0 : (int) chance.scaled(0, world.swarm().objectBytesMax());
            var bytes = MemorySegment.ofArray(chance.bytes(size));
            parts.add(new Batch.Part(key, delete, bytes, expected));
        }
        var by = chance.with(0.7) ? new Producer(producer, 1, sequence++) : null;
        var ack = chance.oneOf(List.of(AckLevel.ORDERED, AckLevel.APPLIED));
        return new Batch(parts, ack, by, "");
    }

    private void submit(SimNode.Life asked, Batch batch) {
        asked.later(
                chance.scaled(MICRO, 500 * MICRO),
                () -> {
                    long number = ledger.nextNumber();
                    int answers = takesPuts(asked, batch) ? asked.node() : ELSEWHERE;
                    var question = Asked.of(number, answers, batch);
                    var keys = batch.parts().stream().map(Batch.Part::key).toList();
                    var what = "batch %d of %s at node %d".formatted(number, keys, asked.node());
                    ledger.batch(
                            what,
                            asked,
                            asked.core().batches().put(batch),
                            a -> {
                                learn(batch, a);
                                told(asked, question, a);
                            });
                });
    }

    /** What lies in one shard is checked as a put is. */
    private void told(SimNode.Life asked, Asked question, BatchAnswer answer) {
        world.checkers().answered(question, answer);
        if (answer.shares().stream().anyMatch(share -> movedSince(asked, share))) {
            return; // it was done by an earlier attempt, when its keys lay in other shards
        }
        if (answer.shares().size() == 1) {
            var share = answer.shares().getFirst();
            var outcome = new Outcome.Stored(share.version(), answer.timestamp());
            var done = new PutAnswer(outcome, share.shard(), answer.ack());
            world.checkers().answered(question, done);
        }
    }

    /** Whether a batch of one shard is ordered by the node that is asked. */
    private static boolean takesPuts(SimNode.Life asked, Batch batch) {
        try {
            return asked.core().route(batch.parts().getFirst().key()).sends();
        } catch (Failure _) {
            return false;
        }
    }

    private static boolean movedSince(SimNode.Life asked, BatchAnswer.Share share) {
        try {
            var route = asked.core().route(share.keys().getFirst());
            return share.version() != 0 && Version.view(share.version()) < route.map();
        } catch (Failure _) {
            return false; // its pool is gone
        }
    }

    private void learn(Batch batch, BatchAnswer answer) {
        for (var share : answer.shares()) {
            for (var part : batch.parts()) {
                if (share.version() != 0 && share.keys().contains(part.key())) {
                    versions.put(part.key(), part.delete() ? 0 : share.version());
                }
            }
        }
    }
}
