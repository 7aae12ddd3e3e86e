package dev.squall.bench.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.bench.cluster.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Nodes of one cluster on this machine. Used by one thread, but for the nodes' addresses. */
public final class ServerCluster {

    /** The most nodes: more only measure the machine's scheduler. */
    public static final int NODES_MAX = 16;

    /** Between two looks at the nodes: 50 ms. */
    private static final int LOOK_MILLIS = 50;

    /** What a node that has failed answers when it is asked whether it is alive. */
    private static final int NOT_LIVE = 503;

    private final NodeClient client;
    private final List<ServerNode> nodes;
    private final @Nullable SmallDisk smallDisk;

    private ServerCluster(
            NodeClient client, List<ServerNode> nodes, @Nullable SmallDisk smallDisk) {
        this.client = client;
        this.nodes = nodes;
        this.smallDisk = smallDisk;
    }

    /**
     * What is started.
     *
     * @param nodes how many
     * @param suspectMillis how long a member may be silent
     * @param network where they live
     * @param data a directory for their data and logs
     * @param smallDisk whether the last node's data lies on a disk that can be filled, if possible
     * @param settings more options of each virtual machine
     */
    public record Plan(
            int nodes,
            long suspectMillis,
            Network network,
            Path data,
            boolean smallDisk,
            List<String> settings) {}

    /** Starts nodes and returns at once; they end with the cleanup. */
    public static ServerCluster start(Plan plan, NodeClient client, Cleanup cleanup) {
        var ports = FreePorts.find(2 * plan.nodes);
        var members =
                IntStream.rangeClosed(1, plan.nodes)
                        .mapToObj(id -> member(plan, id, ports))
                        .toList();
        var nodes = new ArrayList<ServerNode>();
        SmallDisk small = null;
        for (int id = 1; id <= plan.nodes; id++) {
            var data = plan.data.resolve("node" + id);
            try {
                Files.createDirectories(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (plan.smallDisk && id == plan.nodes && SmallDisk.possible(data)) {
                small = SmallDisk.mount(data, cleanup);
            }
            nodes.add(node(plan, id, ports, String.join(",", members), data));
        }
        var cluster = new ServerCluster(client, List.copyOf(nodes), small);
        for (var node : nodes) {
            cleanup.add(node::end);
            node.start();
        }
        return cluster;
    }

    private static String member(Plan plan, int id, List<Integer> ports) {
        var host = plan.network.host(id);
        return "%d@%s:%d@%s".formatted(id, host, ports.get(id - 1), url(plan, id, ports));
    }

    private static String url(Plan plan, int id, List<Integer> ports) {
        return "http://%s:%d".formatted(plan.network.host(id), ports.get(plan.nodes + id - 1));
    }

    private static ServerNode node(
            Plan plan, int id, List<Integer> ports, String members, Path data) {
        var settings = new ArrayList<String>();
        settings.add("-Dquarkus.http.host=" + plan.network.host(id));
        settings.add("-Dquarkus.http.port=" + ports.get(plan.nodes + id - 1));
        settings.add("-Dsquall.node.id=" + id);
        settings.add("-Dsquall.cluster.name=bench");
        if (plan.network.cuts()) {
            settings.add("-Dsquall.fabric=tcp"); // memory that nodes share is reached by no cut
        }
        settings.add("-Dsquall.data.dir=" + data);
        settings.add("-Dsquall.members=" + members);
        settings.add("-Dsquall.view.suspect-after-millis=" + plan.suspectMillis);
        settings.addAll(plan.settings);
        var command = new ArrayList<>(plan.network.prefix(id));
        command.addAll(ServerProgram.command(settings));
        return new ServerNode(
                id,
                URI.create(url(plan, id, ports)),
                command,
                plan.data.resolve("node" + id + ".log"));
    }

    /** The nodes in the order of their ids, from 1. */
    public List<ServerNode> nodes() {
        return nodes;
    }

    /** The disk of the last node that can be filled, or null. */
    public @Nullable SmallDisk smallDisk() {
        return smallDisk;
    }

    /** Whether a node says that it serves everything. */
    public boolean ready(ServerNode node) throws InterruptedException {
        return client.show(node, "/q/health/ready").isPresent();
    }

    /**
     * Restarts a node that says that it has failed, or has ended, as whoever looks after it would:
     * Kubernetes by the liveness probe.
     *
     * @return whether that was so
     */
    public boolean restartIfFailed(ServerNode node) throws InterruptedException {
        if (node.alive() && client.status(node, "/q/health/live") != NOT_LIVE) {
            return false;
        }
        node.end();
        node.start();
        return true;
    }

    /** Whether a node is ready, and everybody is a living member for it, in every shard. */
    public boolean whole(ServerNode node) throws InterruptedException {
        if (!ready(node)) {
            return false;
        }
        return client.show(node, "/v1/cluster").filter(this::complete).isPresent();
    }

    private boolean complete(JsonNode cluster) {
        int living = 0;
        for (var member : cluster.path("members")) {
            living += member.path("alive").asBoolean() ? 1 : 0;
        }
        for (var shard : cluster.path("shards")) {
            if (shard.path("members").size() != nodes.size()) {
                return false;
            }
        }
        return living == nodes.size() && cluster.path("missing").isEmpty();
    }

    /** Waits until the cluster is whole for all nodes; returns those for which it is not. */
    public List<ServerNode> awaitWhole(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        var late = new ArrayList<>(nodes);
        while (true) {
            for (var node : List.copyOf(late)) {
                if (whole(node)) {
                    late.remove(node);
                }
            }
            if (late.isEmpty() || System.nanoTime() > end) {
                return late;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Waits until the cluster is whole for all, or fails with the log of one that it is not. */
    public void mustBecomeWhole(Duration limit) throws InterruptedException {
        var late = awaitWhole(limit);
        if (!late.isEmpty()) {
            throw late.getFirst()
                    .failure(
                            "is no full member after %d s%s"
                                    .formatted(
                                            limit.toSeconds(),
                                            late.getFirst().alive() ? "" : "; it has ended"));
        }
    }

    /** Kills all nodes and starts them again, as after a power failure. */
    public void restartAll() throws InterruptedException {
        for (var node : nodes) {
            node.resume();
            node.kill();
        }
        for (var node : nodes) {
            node.awaitEnd();
            node.start();
        }
    }
}
