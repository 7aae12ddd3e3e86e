package dev.squall.server.metrics;

import dev.squall.base.Failure;
import dev.squall.device.ModelStats;
import dev.squall.node.Node;
import dev.squall.node.UdlInfo;
import dev.squall.server.bulk.Uploads;
import dev.squall.server.edge.EdgeAgents;
import dev.squall.server.http.Bodies;
import dev.squall.server.watch.Watches;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The node's figures under {@code squall_*}. Every {@link #PERIOD_MILLIS} the list of shards, UDLs
 * and models is brought up to date: what is new gets its meters, what is gone loses them. The
 * figures themselves are read when they are asked for.
 */
@Singleton
@Startup
public final class NodeMetrics {

    private static final long PERIOD_MILLIS = 2_000;

    private final Node node;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private final long timer;
    private final Map<Object, List<Meter>> meters = new HashMap<>();

    NodeMetrics(
            Node node,
            Vertx vertx,
            MeterRegistry registry,
            Bodies bodies,
            Watches watches,
            Uploads uploads,
            EdgeAgents agents) {
        this.node = node;
        this.vertx = vertx;
        this.registry = registry;
        gauge("squall.node.ready", "1 when the node serves everything", () -> ready(node));
        gauge(
                "squall.node.impaired",
                "1 when a shard is served by others because of this node's disk",
                () -> node.state().ready() && !node.state().well() ? 1 : 0);
        gauge("squall.node.view", "The view's id", () -> node.state().view());
        gauge("squall.http.bodies.bytes", "Request bodies in memory", bodies::bytes);
        gauge("squall.uploads", "Objects that come in chunks", uploads::count);
        gauge("squall.watches", "Streams of changes", watches::count);
        gauge("squall.edge.agents", "Edge agents that report here", agents::count);
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> refresh());
    }

    private static int ready(Node node) {
        return node.state().ready() ? 1 : 0;
    }

    private void gauge(String name, String text, Supplier<? extends Number> value) {
        Gauge.builder(name, () -> value.get()).description(text).register(registry);
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }

    private void refresh() {
        var seen = new HashSet<Object>();
        try {
            for (var pool : node.pools()) {
                for (var route : node.where().shards(pool.name())) {
                    node.store(route.shard())
                            .ifPresent(store -> {
                                seen.add(store);
                                meters.computeIfAbsent(
                                        store,
                                        _ ->
                                                new ShardMeters(
                                                                registry,
                                                                node,
                                                                store,
                                                                route.index())
                                                        .all());
                            });
                }
            }
            for (var udl : node.udls().list()) {
                var key = "udl " + udl.id();
                seen.add(key);
                meters.computeIfAbsent(key, _ -> udlMeters(udl.id()));
            }
            for (var model : node.models().names()) {
                var key = "model " + model;
                seen.add(key);
                meters.computeIfAbsent(key, _ -> modelMeters(model));
            }
        } catch (Failure _) {
            return; // the node is not that far, or something went in between: next time
        }
        meters.entrySet()
                .removeIf(entry -> {
                    boolean gone = !seen.contains(entry.getKey());
                    if (gone) {
                        entry.getValue().forEach(registry::remove);
                    }
                    return gone;
                });
    }

    private List<Meter> udlMeters(String id) {
        var tags = Tags.of("udl", id);
        return List.of(
                counter(
                        "squall.udl.handled",
                        "Objects handled here",
                        tags,
                        n -> udl(n, id, UdlInfo::handled)),
                counter(
                        "squall.udl.failed",
                        "Objects that failed here",
                        tags,
                        n -> udl(n, id, UdlInfo::failed)),
                counter(
                        "squall.udl.dropped",
                        "Objects that never met the UDL",
                        tags,
                        n -> udl(n, id, UdlInfo::dropped)));
    }

    /** A UDL may go between two looks at the list; its meters go with the next. */
    private static double udl(Node node, String id, ToDoubleFunction<UdlInfo> figure) {
        return node.udls().list().stream()
                .filter(u -> u.id().equals(id))
                .findFirst()
                .map(figure::applyAsDouble)
                .orElse(0.0);
    }

    private List<Meter> modelMeters(String model) {
        var tags = Tags.of("model", model);
        return List.of(
                counter(
                        "squall.infer.success",
                        "Inferences answered",
                        tags,
                        n -> model(n, model, ModelStats::successes)),
                counter(
                        "squall.infer.failure",
                        "Inferences that failed",
                        tags,
                        n -> model(n, model, ModelStats::failures)),
                counter(
                        "squall.infer.queue.seconds",
                        "Time that inferences waited",
                        tags,
                        n -> model(n, model, ModelStats::queueNanos) / 1e9),
                counter(
                        "squall.infer.compute.seconds",
                        "Time that inferences took",
                        tags,
                        n -> model(n, model, ModelStats::inferNanos) / 1e9));
    }

    /** So may a model. */
    private static double model(Node node, String name, ToDoubleFunction<ModelStats> figure) {
        try {
            return figure.applyAsDouble(node.models().stats(name));
        } catch (Failure _) {
            return 0.0;
        }
    }

    private Meter counter(String name, String text, Tags tags, ToDoubleFunction<Node> value) {
        return FunctionCounter.builder(name, node, value)
                .description(text)
                .tags(tags)
                .register(registry);
    }
}
