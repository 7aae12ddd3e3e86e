package dev.squall.node;

import dev.squall.store.Imports;
import java.util.ArrayDeque;

/**
 * Does one move: goes through a shard and brings what has moved into the other. First what is known
 * of producers, so that a retry happens once, then the keys, at last a record that says so; once
 * that is as safe as the shard's puts are, a command tells everybody.
 *
 * <p>It leaves room to others: at most {@link #BYTES_PER_SECOND}, and {@link #WINDOW_BYTES} under
 * way. It keeps nothing: whoever goes on after a change of the view begins anew, and passes over
 * what is there.
 *
 * <p>Belongs to the group agent, and to one view.
 */
final class Importer {

    /** What is sent in the background: 64 MiB/s. */
    static final long BYTES_PER_SECOND = 64 << 20;

    /** What may be sent at once after a rest: 1 MiB. */
    private static final long BURST_BYTES = 1 << 20;

    /** What may be under way, unless one object is larger: 256 KiB. */
    private static final long WINDOW_BYTES = 256 << 10;

    /** Keys that are looked at in one turn. */
    private static final int KEYS_PER_TURN = 256;

    private enum Stage {
        BEGIN,
        PRODUCERS,
        KEYS,
        LAST,
        SENT,
        SAID
    }

    private final String pool;
    private final PoolMaps maps;
    private final PoolMaps.Move move;
    private final Directory.Shards shards;
    private final ArrayDeque<String> names = new ArrayDeque<>();
    private final Carrier carrier;
    private Stage stage = Stage.BEGIN;
    private String after = "/";
    private long allowed;
    private long allowedAt;
    private long last;

    Importer(
            String pool,
            PoolMaps maps,
            PoolMaps.Move move,
            Carrier carrier,
            Directory.Shards shards) {
        this.pool = pool;
        this.maps = maps;
        this.move = move;
        this.carrier = carrier;
        this.shards = shards;
    }

    /** Begins anew, with another carrier, when something did not get through. */
    boolean failed() {
        return carrier.failed();
    }

    /** Takes a step. Returns how much work there was. */
    int step(long now) {
        if (!carrier.ready()) {
            return 0;
        }
        long earned = (now - allowedAt) * BYTES_PER_SECOND / 1_000_000_000;
        allowed = allowedAt == 0 ? BURST_BYTES : Math.min(allowed + earned, BURST_BYTES);
        allowedAt = now;
        return switch (stage) {
            case BEGIN -> begin();
            case PRODUCERS -> producers();
            case KEYS -> keys();
            case LAST -> last();
            case SENT -> sent();
            case SAID -> 0;
        };
    }

    private int begin() {
        if (carrier.done()) {
            stage = Stage.SENT;
        } else {
            names.addAll(carrier.source().imports().producers());
            stage = Stage.PRODUCERS;
        }
        return 1;
    }

    private boolean mayGoOn() {
        return carrier.bytes() < WINDOW_BYTES && allowed > 0;
    }

    private int producers() {
        int count = 0;
        while (mayGoOn() && !names.isEmpty()) {
            long before = carrier.bytes();
            carrier.producer(names.remove());
            allowed -= carrier.bytes() - before;
            count++;
        }
        if (names.isEmpty()) {
            stage = Stage.KEYS;
        }
        return count;
    }

    private boolean moves(String key) {
        return maps.source(key) == move.from() && maps.shard(maps.current(), key) == move.to();
    }

    private int keys() {
        if (!mayGoOn()) {
            return 0;
        }
        var page = carrier.source().reads().names("/", after, KEYS_PER_TURN);
        for (var key : page) {
            if (!mayGoOn()) {
                return 1;
            }
            after = key;
            if (moves(key)) {
                long before = carrier.bytes();
                carrier.key(key);
                allowed -= carrier.bytes() - before;
            }
        }
        if (page.size() < KEYS_PER_TURN) {
            stage = Stage.LAST;
        }
        return 1;
    }

    private int last() {
        if (carrier.bytes() > 0) {
            return 0;
        }
        stage = Stage.SENT;
        carrier.send(ImportRecord.of(Imports.moved(), move.from()), () -> {});
        return 1;
    }

    private int sent() {
        if (last == 0 && carrier.done()) {
            last = carrier.last(); // everything that has come lies before
        }
        if (last == 0 || !carrier.safe(last)) {
            return 0;
        }
        stage = Stage.SAID;
        shards.say(Metadata.moved(pool, move));
        return 1;
    }
}
