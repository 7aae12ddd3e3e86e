package dev.squall.server.metrics;

import dev.squall.node.ClusterStatus.Frontiers;
import dev.squall.node.ClusterStatus.ShardStatus;
import dev.squall.node.Node;
import dev.squall.store.ShardStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The meters of one shard held here. */
final class ShardMeters {

    private final MeterRegistry registry;
    private final Node node;
    private final ShardStore store;
    private final Tags tags;

    ShardMeters(MeterRegistry registry, Node node, ShardStore store, int index) {
        this.registry = registry;
        this.node = node;
        this.store = store;
        this.tags = Tags.of("pool", store.pool().name(), "shard", Integer.toString(index));
    }

    List<Meter> all() {
        return List.of(
                counter("squall.puts", "Versions made, deletes included", ShardStore::puts),
                counter("squall.put.bytes", "Their payload bytes", ShardStore::putBytes),
                gauge("squall.keys", "Keys with a version", ShardStore::keyCount),
                gauge("squall.log.bytes", "Bytes in memory", s -> s.log().bytes()),
                gauge(
                        "squall.shard.used.bytes",
                        "Bytes in use, as the pool's budget counts them",
                        s -> s.room().used()),
                gauge(
                        "squall.shard.budget.bytes",
                        "Bytes that there may be; 0 when the pool has no budget",
                        s -> s.room().budget()),
                counter(
                        "squall.shard.refused",
                        "Changes refused because the shard was full",
                        s -> s.room().refused()),
                counter(
                        "squall.shard.evicted.bytes",
                        "Log bytes let go of to make room",
                        s -> s.room().evicted()),
                gauge(
                        "squall.frontier.lag.seconds",
                        "How far the shard's complete past is behind the clock",
                        _ -> lagSeconds()),
                gauge(
                        "squall.frontier.undelivered",
                        "Messages received here that not every member has",
                        _ -> undelivered()));
    }

    private Meter counter(String name, String text, ToDoubleFunction<ShardStore> value) {
        return FunctionCounter.builder(name, store, value)
                .description(text)
                .tags(tags)
                .register(registry);
    }

    private Meter gauge(String name, String text, ToDoubleFunction<ShardStore> value) {
        return Gauge.builder(name, store, value).description(text).tags(tags).register(registry);
    }

    private double lagSeconds() {
        return status().map(s -> (System.currentTimeMillis() * 1_000 - s.frontierMicros()) / 1e6)
                .orElse(Double.NaN);
    }

    private double undelivered() {
        return status().map(s -> s.frontiers().get(node.config().id()))
                .map((Frontiers f) -> (double) (f.received() - f.stable()))
                .orElse(Double.NaN);
    }

    private Optional<ShardStatus> status() {
        return node.status().shards().stream().filter(s -> s.id() == store.shard()).findFirst();
    }
}
