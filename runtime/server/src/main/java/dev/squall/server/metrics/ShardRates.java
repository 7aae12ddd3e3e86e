package dev.squall.server.metrics;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.store.ShardStore;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each shard held here takes a second, over the last {@link #SAMPLES} seconds. Sampled on an
 * event loop; asked by any thread.
 */
@Singleton
@Startup
public final class ShardRates {

    private static final long PERIOD_MILLIS = 1_000;
    private static final int SAMPLES = 5;

    /** Per second. */
    public record Rate(double puts, double bytes) {

        static final Rate NONE = new Rate(0, 0);
    }

    private record Sample(long nanos, long puts, long bytes) {

        static Sample of(ShardStore store) {
            return new Sample(System.nanoTime(), store.puts(), store.putBytes());
        }

        Rate since(Sample before) {
            double seconds = (nanos - before.nanos) / 1e9;
            return seconds <= 0
                    ? Rate.NONE
                    : new Rate((puts - before.puts) / seconds, (bytes - before.bytes) / seconds);
        }
    }

    private final Node node;
    private final Vertx vertx;
    private final long timer;
    private final Map<Integer, ArrayDeque<Sample>> samples = new ConcurrentHashMap<>();
    private final Map<Integer, Rate> rates = new ConcurrentHashMap<>();

    ShardRates(Node node, Vertx vertx) {
        this.node = node;
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> sample());
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }

    /** A shard's rates; none when it is not held here. */
    public Rate of(int shard) {
        return rates.getOrDefault(shard, Rate.NONE);
    }

    private void sample() {
        var held = new HashSet<Integer>();
        try {
            for (var pool : node.pools()) {
                for (var route : node.where().shards(pool.name())) {
                    node.store(route.shard()).ifPresent(store -> sample(held, store));
                }
            }
        } catch (Failure _) {
            return; // the node is not that far, or a pool went in between
        }
        samples.keySet().retainAll(held);
        rates.keySet().retainAll(held);
    }

    private void sample(Set<Integer> held, ShardStore store) {
        held.add(store.shard());
        var last = samples.computeIfAbsent(store.shard(), _ -> new ArrayDeque<>());
        var now = Sample.of(store);
        if (!last.isEmpty()) {
            rates.put(store.shard(), now.since(last.getFirst()));
        }
        last.addLast(now);
        if (last.size() > SAMPLES) {
            last.removeFirst();
        }
    }
}
