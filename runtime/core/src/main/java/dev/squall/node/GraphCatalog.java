package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.trigger.Graph;
import dev.squall.trigger.UdlRuntime;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Graphs: documents in the system shard that bind UDLs to prefixes. Any thread. */
public final class GraphCatalog {

    private final Node node;
    private final UdlRuntime runtime;

    GraphCatalog(Node node, UdlRuntime runtime) {
        this.node = node;
        this.runtime = runtime;
    }

    /**
     * Puts a graph in place of the one of its name. When the answer is there, every node has bound
     * it.
     */
    public CompletableFuture<GraphInfo> put(String name, String text) {
        try {
            var graph = Graph.parse(name, text);
            graph.vertices().forEach(this::check);
            var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
            return node.command(Metadata.GRAPHS + name, bytes).thenApply(_ -> info(graph));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void check(Graph.Vertex vertex) {
        if (!vertex.udl().matches("[a-z0-9-]+(:[0-9]{1,9}|@[a-z0-9-]+)?")) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "vertex '%s': udl '%s' is not name, name:version or name@alias"
                            .formatted(vertex.name(), vertex.udl()));
        }
        var udl = node.metadata().udl(vertex.udl());
        if (udl == null || Bindings.entry(udl, vertex) == null) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "vertex '%s': no UDL '%s'%s; upload it first (POST /v1/udls)"
                            .formatted(
                                    vertex.name(),
                                    vertex.udl(),
                                    vertex.entry().isEmpty()
                                            ? ""
                                            : " with entry '" + vertex.entry() + "'"));
        }
    }

    public List<GraphInfo> list() {
        return node.metadata().graphs().values().stream().map(this::info).toList();
    }

    public Optional<GraphInfo> find(String name) {
        return Optional.ofNullable(node.metadata().graphs().get(name)).map(this::info);
    }

    public CompletableFuture<Void> delete(String name) {
        return node.metadata().graphs().containsKey(name)
                ? node.remove(Metadata.GRAPHS + name)
                : CompletableFuture.failedFuture(
                        new Failure(Failure.Kind.NOT_FOUND, "no graph '" + name + "'"));
    }

    private GraphInfo info(Graph graph) {
        return new GraphInfo(
                graph.name(), graph.vertices().stream().map(this::vertex).toList(), graph.text());
    }

    private GraphInfo.Vertex vertex(Graph.Vertex v) {
        var udl = node.metadata().udl(v.udl());
        var stats = udl == null ? null : runtime.stats(udl.descriptor().id());
        return new GraphInfo.Vertex(
                v.name(),
                v.on(),
                v.udl(),
                v.dispatch().label(),
                v.emit(),
                v.config(),
                stats == null ? 0 : stats.handled(),
                stats == null ? 0 : stats.failed());
    }
}
