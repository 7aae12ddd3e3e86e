package dev.squall.sim;

import dev.squall.node.AckLevel;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Somebody who finds things interesting: puts what has a label, gives one to what others have put,
 * or to what it has put itself a while ago, and takes labels away again.
 */
final class Labeller {

    private static final long MICRO = 1000;
    private static final List<String> LABELS = List.of("interesting", "strange");

    /** Keys of its own in each pool, beside those of all clients. */
    private static final int OWN_KEYS = 12;

    private static final int KEYS = 6;

    /** Versions that it may come back to. */
    private static final int KNOWN_MAX = 30;

    private record Known(String key, long version) {}

    private final int id;
    private final World world;
    private final Client door;
    private final Chance chance;
    private final List<PoolSpec> pools;
    private final ArrayList<Known> known = new ArrayList<>();
    private long sequence;
    private boolean working;

    Labeller(int id, World world, Client door, Chance chance) {
        this.id = id;
        this.world = world;
        this.door = door;
        this.chance = chance;
        this.pools = world.swarm().pools().stream().filter(p -> p.retention().keep().is()).toList();
    }

    /** Gives some of the pools labels that they keep, and then something that they let go of. */
    static List<PoolSpec> pools(List<PoolSpec> pools, Mix mix, int segment, Chance c) {
        return pools.stream()
                .map(p -> {
                    long wanted = c.between(1L, 3) * segment;
                    long kept = c.between(3L, 7) * segment;
                    boolean drawn = c.with(mix.labels());
                    return drawn ? keeping(p, wanted, kept) : p;
                })
                .toList();
    }

    private static PoolSpec keeping(PoolSpec p, long wanted, long kept) {
        var retention = p.dropsAnything() ? p.retention() : new Retention(0, kept, 0);
        long bytes = retention.bytes() > 0 ? Math.min(wanted, retention.bytes() / 2) : wanted;
        boolean counts = p.budget().is() && p.store() == StoreKind.VOLATILE;
        long most = counts ? Math.min(bytes, p.budget().bytes() / 2) : bytes;
        return p.withRetention(retention.keeping(LABELS, most));
    }

    static boolean wanted(Swarm swarm) {
        return swarm.pools().stream().anyMatch(p -> p.retention().keep().is());
    }

    void start() {
        if (!working) {
            working = true;
            rest();
        }
    }

    void stop() {
        working = false;
    }

    private void rest() {
        long most = world.swarm().thinkNanosMax();
        world.agenda().after(chance.scaled(500 * MICRO, most), this::act);
    }

    private void act() {
        if (!working) {
            return;
        }
        int choice = chance.between(0, 99);
        if (choice < 45) {
            put();
        } else if (choice < 60 || known.isEmpty()) {
            label(new Known(key(chance.oneOf(pools)), RecordLayout.ANY));
        } else {
            label(chance.oneOf(known));
        }
        rest();
    }

    private String key(PoolSpec pool) {
        return chance.with(0.5)
                ? "/" + pool.name() + "/k" + chance.between(1, KEYS)
                : "/" + pool.name() + "/l" + chance.between(1, OWN_KEYS);
    }

    private AckLevel level(String key) {
        boolean persistent =
                pools.stream()
                        .anyMatch(p ->
                                key.startsWith("/" + p.name() + "/")
                                        && p.store() == StoreKind.PERSISTENT);
        return persistent && chance.with(0.6) ? AckLevel.DURABLE : AckLevel.ORDERED;
    }

    private void put() {
        var pool = chance.oneOf(pools);
        var key = key(pool);
        long most = Math.min(world.swarm().objectBytesMax(), pool.retention().keep().bytes() / 4);
        var payload = MemorySegment.ofArray(chance.bytes((int) chance.scaled(0, most)));
        int label = chance.between(0, LABELS.size());
        send(
                new Put(key, false, payload, level(key), RecordLayout.ANY, producer(), "")
                        .labelled(label),
                answer -> learn(key, answer));
    }

    private Producer producer() {
        return new Producer("labeller" + id, 1, sequence++);
    }

    private void learn(String key, PutAnswer answer) {
        if (answer.outcome() instanceof Outcome.Stored(long version, _) && version > 0) {
            if (known.size() == KNOWN_MAX) {
                known.remove(chance.between(0, KNOWN_MAX - 1));
            }
            known.add(new Known(key, version));
        }
    }

    private void label(Known one) {
        int number = chance.with(0.3) ? 0 : chance.between(1, LABELS.size());
        var by = chance.with(0.5) ? producer() : null;
        send(Put.label(one.key, one.version, number, level(one.key), by), _ -> {});
    }

    private void send(Put put, Consumer<PutAnswer> then) {
        door.submit(put, then);
    }
}
