package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.GraphInfo;
import dev.squall.node.Node;
import dev.squall.node.UdlInfo;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Dataflow graphs: which UDL runs under which prefix, and where its results go. */
@Path("/v1/graphs")
@Tag(name = "logic")
@Produces(MediaType.APPLICATION_JSON)
public final class GraphResource {

    /** The largest graph document: 1 MiB. */
    static final int BYTES_MAX = 1 << 20;

    private final Node node;
    private final Bodies bodies;
    private final UdlTotals totals;
    private final ExecutorService threads;

    GraphResource(
            Node node, Bodies bodies, UdlTotals totals, @VirtualThreads ExecutorService threads) {
        this.node = node;
        this.bodies = bodies;
        this.totals = totals;
        this.threads = threads;
    }

    /** All graphs. */
    public record Graphs(List<GraphInfo> graphs) {}

    /** A graph's counters. */
    public record Stats(String name, List<VertexStats> vertices) {}

    /** A vertex's counters: those of the UDL version that it runs, in the whole cluster. */
    public record VertexStats(String name, String udl, long handled, long failed, long dropped) {}

    @GET
    @RunOnVirtualThread
    @Operation(operationId = "listGraphs", summary = "List the graphs")
    public Graphs list() {
        return new Graphs(node.graphs().list());
    }

    @GET
    @Path("/{name}")
    @RunOnVirtualThread
    @Operation(operationId = "getGraph", summary = "Show a graph")
    @APIResponse(responseCode = "404", description = "There is no such graph")
    public GraphInfo get(@PathParam("name") String name) {
        return node.graphs().find(name).orElseThrow(() -> missing(name));
    }

    @PUT
    @Path("/{name}")
    @NonBlocking
    @Operation(
            operationId = "putGraph",
            summary = "Create or replace a graph",
            description = "YAML or JSON. Every node has bound it when the answer comes.")
    @RequestBody(
            content = {
                @Content(
                        mediaType = "application/yaml",
                        schema = @Schema(type = SchemaType.STRING)),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(type = SchemaType.OBJECT))
            })
    @APIResponse(
            responseCode = "201",
            description = "It is new",
            content = @Content(schema = @Schema(implementation = GraphInfo.class)))
    @APIResponse(responseCode = "200", description = "It took the place of an earlier one")
    @APIResponse(responseCode = "400", description = "Not a graph; the detail names the place")
    public CompletionStage<Response> put(
            @Context HttpServerRequest request, @PathParam("name") String name) {
        var loop = EventLoop.current();
        return bodies.use(
                request,
                BYTES_MAX,
                body -> {
                    var text = new String(body, StandardCharsets.UTF_8);
                    boolean there = node.graphs().find(name).isPresent();
                    return CompletableFuture.completedFuture(text)
                            .thenComposeAsync(t -> node.graphs().put(name, t), threads)
                            .thenApplyAsync(graph -> answer(there, graph), loop);
                });
    }

    private static Response answer(boolean there, GraphInfo graph) {
        return Response.status(there ? 200 : 201).entity(graph).build();
    }

    @DELETE
    @Path("/{name}")
    @NonBlocking
    @Operation(operationId = "deleteGraph", summary = "Delete a graph; what it stored stays")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "There is no such graph")
    public CompletionStage<Response> delete(@PathParam("name") String name) {
        return node.graphs()
                .delete(name)
                .thenApplyAsync(_ -> Response.noContent().build(), EventLoop.current());
    }

    @GET
    @Path("/{name}/stats")
    @RunOnVirtualThread
    @Operation(operationId = "getGraphStats", summary = "Show a graph's counters")
    @APIResponse(responseCode = "404", description = "There is no such graph")
    public Stats stats(@PathParam("name") String name) {
        var udls = totals.list();
        return new Stats(name, get(name).vertices().stream().map(v -> stats(v, udls)).toList());
    }

    private static VertexStats stats(GraphInfo.Vertex vertex, List<UdlInfo> udls) {
        for (var udl : udls.reversed()) {
            if (runs(vertex.udl(), udl)) {
                return new VertexStats(
                        vertex.name(), udl.id(), udl.handled(), udl.failed(), udl.dropped());
            }
        }
        return new VertexStats(vertex.name(), vertex.udl(), 0, 0, 0);
    }

    /** An alias and a bare name mean the newest version, which comes last in its list. */
    private static boolean runs(String reference, UdlInfo udl) {
        return reference.equals(udl.id()) || reference.split("@", 2)[0].equals(udl.name());
    }

    private static Failure missing(String name) {
        return new Failure(
                Failure.Kind.NOT_FOUND,
                "there is no graph '%1$s'; PUT /v1/graphs/%1$s makes one".formatted(name));
    }
}
