package dev.squall.sim;

import dev.squall.node.AckLevel;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A producer that works in spells: it puts a little into one pool, falls silent for about as long
 * as a session of that lasts, and comes back with something that it has sent before, however long
 * ago, or with something new. Others fill the log meanwhile, so that retention takes what it had
 * put.
 */
final class LateProducer {

    /** Puts that may come again. */
    private static final int SENT_MAX = 60;

    /** Puts of a spell. */
    private static final int SPELL_MAX = 6;

    /** Keys of its own. */
    private static final int KEYS = 2;

    private static final int BYTES_MIN = 8;
    private static final int BYTES_MAX = 400;
    private static final long MILLI = 1_000_000;

    /** It is silent for so long at most, however long sessions last: 2 s. */
    private static final long SILENCE_NANOS_MAX = 2000 * MILLI;

    private final String name;
    private final PoolSpec pool;
    private final World world;
    private final Chance chance;
    private final Client door;
    private final List<Put> sent = new ArrayList<>();
    private long incarnation = 1;
    private long sequence;
    private boolean working;

    /**
     * @param number tells it from others
     * @param pool where it puts
     * @param door through which it asks
     */
    LateProducer(int number, PoolSpec pool, World world, Client door) {
        this.name = "late" + number;
        this.pool = pool;
        this.world = world;
        this.chance = world.chance().split();
        this.door = door;
    }

    void start() {
        if (!working) {
            working = true;
            fallSilent();
        }
    }

    void stop() {
        working = false;
    }

    private void fallSilent() {
        long session = pool.sessionMillis() * MILLI;
        long longest = Math.min(2 * session, SILENCE_NANOS_MAX);
        world.agenda().after(chance.between(longest / 8, longest), this::act);
    }

    private void act() {
        if (working) {
            if (chance.with(0.05)) {
                incarnation++;
                sequence = 0;
            }
            int times = chance.between(1, SPELL_MAX);
            for (int i = 0; i < times; i++) {
                door.submit(sent.isEmpty() || chance.with(0.6) ? fresh() : again());
            }
            fallSilent();
        }
    }

    private Put fresh() {
        var key = "/" + pool.name() + "/" + name + "-" + chance.between(1, KEYS);
        var payload = MemorySegment.ofArray(chance.bytes(chance.between(BYTES_MIN, BYTES_MAX)));
        var producer = new Producer(name, incarnation, sequence++);
        var put = new Put(key, false, payload, level(), RecordLayout.ANY, producer, "");
        sent.add(put);
        if (sent.size() > SENT_MAX) {
            sent.remove(chance.between(0, SENT_MAX / 2));
        }
        return put;
    }

    private Put again() {
        var first = chance.oneOf(sent);
        return new Put(
                first.key(),
                false,
                first.payload(),
                level(),
                RecordLayout.ANY,
                first.producer(),
                "");
    }

    private AckLevel level() {
        boolean durable = pool.store() == StoreKind.PERSISTENT && chance.with(0.5);
        return durable ? AckLevel.DURABLE : AckLevel.ORDERED;
    }
}
