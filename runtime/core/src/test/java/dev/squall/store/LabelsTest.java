package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Log;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What has a label stays readable as it was, when the rest has long gone. */
class LabelsTest {

    private static final int SEEDS = 24;
    private static final int STEPS = 600;
    private static final int TINY = 1024;
    private static final long LABELLED_BYTES = 2048;

    /** A version as the model has it; its label may change. */
    private static final class Version {
        final String key;
        final long version;
        final long time;
        final String text;
        int label;

        Version(String key, long version, long time, String text, int label) {
            this.key = key;
            this.version = version;
            this.time = time;
            this.text = text;
            this.label = label;
        }
    }

    private static Retention keeping(Retention retention) {
        return retention.keeping(List.of("interesting", "strange"), LABELLED_BYTES);
    }

    private static ShardStore store(Retention retention) {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 1, 1, "", retention, "any");
        return new ShardStore(1, pool, new Log(TINY), (_, _, _) -> {});
    }

    private static MemorySegment put(String key, String text, int label, long time) {
        var m = text.isEmpty() ? Records.delete(key) : Records.put(key, text);
        LabelLayout.number(m, 0, label);
        RecordLayout.stamp(m, 0, time);
        return m;
    }

    private static MemorySegment label(String key, long version, int label, long time) {
        var m = Records.of(RecordLayout.KIND_LABEL, key, "", new byte[0]);
        RecordLayout.writeRequest(m, 0, 0, version, 0, 0);
        LabelLayout.number(m, 0, label);
        RecordLayout.stamp(m, 0, time);
        return m;
    }

    /** The record that a leader sends for what is due. */
    private static MemorySegment kept(ShardStore store, Labelled one, long time) {
        var from = store.log().memory(one.location());
        assertTrue(from != null, "what is due is there");
        long at = Log.offset(one.location());
        int length = RecordLayout.length(from, at);
        var m = Arena.ofAuto().allocate(RecordLayout.footprint(length), 32);
        MemorySegment.copy(from, at, m, 0, length);
        LabelLayout.writeKept(m, 0, one.label(), one.record(), one.version(), one.timestamp());
        RecordLayout.stamp(m, 0, time);
        return m;
    }

    /** All replicas of a shard, each of which came by its log in another way. */
    private static final class Shard {
        final Retention retention;
        final List<ShardStore> replicas = new ArrayList<>();
        long version;
        long time = 1000;
        int carried;

        Shard(Retention retention) {
            this.retention = retention;
            replicas.add(store(retention));
        }

        ShardStore first() {
            return replicas.getFirst();
        }

        Outcome apply(MemorySegment m) {
            version++;
            var outcome = first().apply(m, 0, version);
            for (var replica : replicas.subList(1, replicas.size())) {
                assertEquals(outcome, replica.apply(m, 0, version));
            }
            return outcome;
        }

        /** Carries forward what is due, as the leader does. */
        void carry() {
            var due = List.copyOf(first().due());
            while (!due.isEmpty()) {
                carried += due.size();
                for (var one : due) {
                    assertInstanceOf(
                            Outcome.Stored.class, apply(kept(first(), one, ++time)), one.key());
                }
                due = List.copyOf(first().due());
            }
        }

        /** One replica more, that is sent all that another one still has. */
        void fill() {
            var store = store(retention);
            var log = first().log();
            if (log.before() > 0) {
                var opening = Opening.record(log, log.first());
                RecordLayout.flags(opening, 0, RecordLayout.FLAG_REPLAY);
                store.apply(opening, 0, 0);
            }
            log.visit(
                    log.first(),
                    (_, m, at) -> {
                        int length = RecordLayout.length(m, at);
                        var copy = Arena.ofAuto().allocate(RecordLayout.footprint(length), 32);
                        MemorySegment.copy(m, at, copy, 0, length);
                        int flags = RecordLayout.flags(m, at) | RecordLayout.FLAG_REPLAY;
                        RecordLayout.flags(copy, 0, flags);
                        store.apply(copy, 0, 0);
                        return true;
                    });
            replicas.add(store);
        }

        /** One more that has read its log anew, and one that copied it. */
        void recover() {
            var again =
                    new ShardStore(1, first().pool(), first().log().snapshot(), (_, _, _) -> {});
            again.recover(null);
            assertEquals(-1, again.state().mismatch(first().state()), "recovered is the same");
            replicas.add(first().upTo(Long.MAX_VALUE));
        }
    }

    @Test
    void whatIsLabelledIsReadAsItWasAndTheRestGoes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var retention =
                    switch (seed % 3) {
                        case 0 -> new Retention(0, 6 * TINY, 0);
                        case 1 -> new Retention(0, 0, 1);
                        default -> new Retention(2, 8 * TINY, 0);
                    };
            run(new Shard(keeping(retention)), random, "seed " + seed);
        }
    }

    private static void run(Shard shard, Random random, String which) {
        var model = new TreeMap<Long, Version>();
        for (int step = 0; step < STEPS; step++) {
            shard.time += 1 + random.nextInt(40);
            change(shard, model, random);
            shard.carry();
            if (step % 100 == 50 && shard.replicas.size() < 4) {
                shard.fill();
                shard.recover();
            }
            if (step % 20 == 0) {
                shard.replicas.forEach(replica -> check(replica, model, which));
            }
        }
        assertTrue(shard.first().log().before() > 0, which + ": something has gone");
        assertTrue(shard.carried > 10, which + ": carried " + shard.carried);
        shard.recover();
        shard.replicas.forEach(replica -> check(replica, model, which));
    }

    private static void change(Shard shard, NavigableMap<Long, Version> model, Random random) {
        var key = "/p/" + (char) ('a' + random.nextInt(6));
        long labelled = model.values().stream().filter(v -> v.label != 0).count();
        if (random.nextInt(4) > 0) {
            var text = random.nextInt(6) == 0 ? "" : "text " + "x".repeat(random.nextInt(150));
            int label = random.nextInt(5) == 0 && !text.isEmpty() ? 1 + random.nextInt(2) : 0;
            var outcome = shard.apply(put(key, text, label, shard.time));
            if (outcome instanceof Outcome.Stored(long version, long time)) {
                model.put(version, new Version(key, version, time, text, label));
            } else if (outcome instanceof Outcome.Full) {
                assertTrue(label != 0 && labelled > 0, "only what is labelled may be refused");
            }
            return;
        }
        int number = random.nextInt(3);
        var known = List.copyOf(model.values());
        long version = RecordLayout.ANY;
        @Nullable Version of = newest(model, key);
        if (!known.isEmpty() && random.nextBoolean()) {
            of = known.get(Math.max(0, known.size() - 1 - random.nextInt(20)));
            version = of.version;
        }
        var outcome = shard.apply(label(of == null ? key : of.key, version, number, shard.time));
        if (outcome instanceof Outcome.Stored && of != null) {
            of.label = number;
        }
    }

    private static @Nullable Version newest(NavigableMap<Long, Version> model, String key) {
        return model.descendingMap().values().stream()
                .filter(v -> v.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    private static void check(ShardStore store, NavigableMap<Long, Version> model, String which) {
        long bytes = 0;
        for (var v : model.values()) {
            var next =
                    model.tailMap(v.version, false).values().stream()
                            .filter(other -> other.key.equals(v.key))
                            .findFirst();
            assertEquals(
                    store.pool().retention().keep().label(v.label),
                    store.kept().label(v.key, v.version),
                    which);
            if (v.label != 0) {
                long until = next.map(n -> n.time - 1).orElse(Long.MAX_VALUE);
                long through = next.map(n -> n.version - 1).orElse(Long.MAX_VALUE);
                for (var read :
                        List.of(
                                store.getVersion(v.key, v.version),
                                store.getVersion(v.key, through),
                                store.getAt(v.key, v.time),
                                store.getAt(v.key, until))) {
                    assertEquals(v.text, text(read, v), which + " of " + v.version);
                }
                var history = store.history(v.key, v.version, v.version, 10);
                assertEquals(1, history.size(), which);
                assertEquals(v.version, history.getFirst().version());
                assertEquals(v.time, history.getFirst().timestamp());
                bytes += RecordLayout.footprint(RecordLayout.HEADER_BYTES + 4L + v.text.length());
            } else if (store.getVersion(v.key, v.version) instanceof ReadResult.Found(var o)) {
                assertEquals(v.version, o.version(), which + ": nothing older in its place");
            }
            if (next.isEmpty()) {
                var now = store.get(v.key);
                assertTrue(now instanceof ReadResult.Missing || v.text.equals(text(now, v)), which);
            }
        }
        assertEquals(bytes, store.kept().bytes(), which);
        assertTrue(bytes <= LABELLED_BYTES, which);
        var sorted = store.keys("/p", "", Long.MAX_VALUE, 100);
        assertEquals(sorted.stream().sorted().distinct().toList(), sorted);
    }

    private static String text(ReadResult read, Version v) {
        var found = assertInstanceOf(ReadResult.Found.class, read, v.key + " " + v.version);
        assertEquals(v.version, found.object().version());
        assertEquals(v.time, found.object().timestamp());
        var bytes = found.object().bytes().toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
