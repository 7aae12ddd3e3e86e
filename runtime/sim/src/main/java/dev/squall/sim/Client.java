package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.node.Route;
import dev.squall.sim.check.Asked;
import dev.squall.store.Outcome;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody outside who puts, deletes, compares and sets, tries again, and reads the past, through
 * whichever member; now in bursts, now not at all.
 */
final class Client {

    /** Keys of a pool: few, so that clients meet. */
    private static final int KEYS = 6;

    /** Puts that may be tried again; the shards remember more than these. */
    private static final int RECENT_MAX = 20;

    private static final int BURST_MAX = 40;

    /** Of a hundred things done, how many are batches. */
    private static final int BATCHES = 8;

    /** Of a hundred, batches and reads of pairs where faults strike in batches. */
    private static final int BATCHES_OF_MANY = 30;

    private static final int PAIRS_OF_MANY = 50;

    /** How often a put goes to any member, whether that takes puts or not. */
    private static final double WRONG_MEMBER = 0.05;

    private static final long MICRO = 1000;

    private final int id;
    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Ledger ledger;
    private final CutReader cuts;
    private final Batcher batches;
    private final PairReader pairs;
    private final boolean tickets;
    private final List<Put> recent = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private long incarnation = 1;
    private long sequence;
    private boolean working;

    Client(int id, World world, List<SimNode> nodes, Ledger ledger) {
        this.id = id;
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
        this.cuts = new CutReader(world, nodes, ledger);
        this.batches = new Batcher(id, world, nodes, ledger);
        this.pairs = new PairReader(world, nodes, ledger);
        this.tickets = world.swarm().rarities().tickets() > 0;
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
        world.agenda().after(chance.scaled(1000 * MICRO, world.swarm().thinkNanosMax()), this::act);
    }

    private void act() {
        if (!working) {
            return;
        }
        int times = chance.with(world.swarm().burst()) ? chance.between(2, BURST_MAX) : 1;
        for (int i = 0; i < times; i++) {
            actOnce();
        }
        rest();
    }

    private void actOnce() {
        int choice = chance.between(0, 99);
        if (choice < BATCHES || (tickets && choice < BATCHES_OF_MANY)) {
            batches.send(keys());
        } else if (tickets && choice < PAIRS_OF_MANY) {
            pairs.read(keys());
        } else if (choice < 50) {
            send(put(false, RecordLayout.ANY));
        } else if (choice < 57) {
            send(put(true, RecordLayout.ANY));
        } else if (choice < 67) {
            compareAndSet();
        } else if (choice < 70) {
            bulk();
        } else if (choice < 80) {
            retry();
        } else if (choice < 94) {
            read();
        } else if (choice < 99) {
            cuts.read(keys());
        } else {
            incarnation++;
            sequence = 0;
        }
    }

    /** All keys of all pools. */
    private List<String> keys() {
        var keys = new ArrayList<String>();
        for (var pool : world.swarm().pools()) {
            for (int k = 1; k <= KEYS; k++) {
                keys.add("/" + pool.name() + "/k" + k);
            }
        }
        return keys;
    }

    private String key() {
        var pool = chance.oneOf(world.swarm().pools());
        return "/" + pool.name() + "/k" + chance.between(1, KEYS);
    }

    private Put put(boolean delete, long expected) {
        return put(key(), delete, expected);
    }

    private Put put(String key, boolean delete, long expected) {
        int size = delete ? 0 : (int) chance.scaled(0, world.swarm().objectBytesMax());
        var payload = MemorySegment.ofArray(chance.bytes(size));
        var producer = chance.with(0.7) ? new Producer("p" + id, incarnation, sequence++) : null;
        return new Put(key, delete, payload, level(key), expected, producer, "");
    }

    private AckLevel level(String key) {
        var levels = new ArrayList<>(List.of(AckLevel.ORDERED, AckLevel.APPLIED));
        if (chance.with(0.1)) {
            levels.add(AckLevel.ACCEPTED);
        }
        if (store(key) == StoreKind.PERSISTENT) {
            levels.add(AckLevel.DURABLE);
            levels.add(AckLevel.DURABLE);
        }
        return chance.oneOf(levels);
    }

    private StoreKind store(String key) {
        return world.swarm().pools().stream()
                .filter(pool -> key.startsWith("/" + pool.name() + "/"))
                .findFirst()
                .orElseThrow()
                .store();
    }

    private void compareAndSet() {
        var key = key();
        long expected = chance.with(0.8) ? versions.getOrDefault(key, 0L) : 0;
        send(put(key, chance.with(0.2), expected));
    }

    private void send(Put put) {
        if (put.producer() != null) {
            recent.add(put);
            if (recent.size() > RECENT_MAX) {
                recent.removeFirst();
            }
        }
        submit(put);
    }

    /** An object in chunks: what is learnt of it is learnt from the manifest. */
    private void bulk() {
        var put = put(key(), false, RecordLayout.ANY);
        new BulkUpload(chance, put, store(put.key()), world.swarm().objectBytesMax(), this::submit)
                .begin();
    }

    private void retry() {
        if (!recent.isEmpty()) {
            var first = chance.oneOf(recent);
            var level = level(first.key());
            submit(
                    world.saboteur()
                            .retry(
                                    new Put(
                                            first.key(),
                                            first.delete(),
                                            first.payload(),
                                            level,
                                            first.expected(),
                                            first.producer(),
                                            "")));
        }
    }

    /** Sends a put to a member, and learns of its answer. */
    void submit(Put put) {
        submit(put, answer -> learn(put, answer));
    }

    /** The same, for who wants to know it. */
    void submit(Put put, Consumer<PutAnswer> then) {
        var member = sender(put.key());
        if (member == null) {
            return;
        }
        long way = chance.scaled(MICRO, 500 * MICRO);
        member.later(
                way,
                () -> {
                    var asked = Asked.of(ledger.nextNumber(), member.node(), put);
                    ledger.put(asked, member, member.core().put(put), then::accept);
                });
    }

    private void learn(Put put, PutAnswer answer) {
        switch (answer.outcome()) {
            case Outcome.Stored(long version, _) ->
                    versions.put(put.key(), put.delete() ? 0 : version);
            case Outcome.Mismatch(long newest) -> versions.put(put.key(), newest);
            case Outcome.Repeated _, Outcome.Absent _, Outcome.Stale _, Outcome.Full _ -> {}
            case Outcome.Unmet _, Outcome.Held _, Outcome.Aborted _, Outcome.Crowded _ -> {}
        }
    }

    private void read() {
        var key = key();
        var member = member(key);
        if (member == null) {
            return;
        }
        long back = chance.scaled(0, 200_000);
        long micros = member.micros() + (chance.with(0.3) ? back : -back);
        long wait = chance.between(1L, 600);
        member.later(
                MICRO,
                () -> {
                    var what = "read of %s at %d at node %d".formatted(key, micros, member.node());
                    ledger.other(
                            what,
                            member,
                            member.core().reads().at(key, micros, wait),
                            () -> {
                                var found = world.checkers().read(member, key, micros);
                                if (world.trace().on()) {
                                    world.trace().say(member.node(), "read", what + ": " + found);
                                }
                            });
                });
    }

    /** A running member that holds a key, as some node knows it; null when nobody says. */
    private SimNode.@Nullable Life member(String key) {
        return oneOf(key, false);
    }

    /** Most of the time one that takes puts. */
    private SimNode.@Nullable Life sender(String key) {
        return oneOf(key, !chance.with(WRONG_MEMBER));
    }

    private SimNode.@Nullable Life oneOf(String key, boolean sends) {
        var asked = chance.oneOf(nodes).life();
        var route = asked == null ? null : route(asked, key);
        if (route == null) {
            return null;
        }
        var member = chance.oneOf(sends ? route.senders() : route.members());
        return nodes.get(member.id() - 1).life();
    }

    private static @Nullable Route route(SimNode.Life life, String key) {
        try {
            return life.core().route(key);
        } catch (Failure _) {
            return null; // no such pool yet, or the node has just started
        }
    }
}
