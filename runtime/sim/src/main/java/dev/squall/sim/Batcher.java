package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Batch;
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
        var chosen = inOneShard(asked, keys);
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
        SimNode.Life member;
        try {
            var members = asked.core().route(batch.parts().getFirst().key()).members();
            member = nodes.get(chance.oneOf(members).id() - 1).life();
        } catch (Failure _) {
            return; // the pool was deleted meanwhile
        }
        if (member != null) {
            var at = member;
            at.later(
                    chance.scaled(MICRO, 500 * MICRO),
                    () -> {
                        var put = Asked.of(ledger.nextNumber(), at.node(), batch);
                        ledger.put(put, at, at.core().batch(batch), a -> learn(batch, a));
                    });
        }
    }

    private void learn(Batch batch, PutAnswer answer) {
        if (answer.outcome() instanceof Outcome.Stored(long version, _)) {
            batch.parts().forEach(p -> versions.put(p.key(), p.delete() ? 0 : version));
        } else if (answer.outcome() instanceof Outcome.Unmet(var key, long newest)) {
            versions.put(key, newest);
        }
    }
}
