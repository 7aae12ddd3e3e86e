package dev.squall.server.rest;

import dev.squall.base.Key;
import dev.squall.node.Node;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.JsonBodies;
import dev.squall.store.PoolSpec;
import io.smallrye.common.annotation.NonBlocking;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pools: path prefixes with a way of storing and a number of copies. */
@Path("/v1/pools")
@Tag(name = "pools", description = "Path prefixes with a way of storing and a number of copies")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class PoolResource {

    private final Node node;
    private final Bodies bodies;
    private final JsonBodies json;

    PoolResource(Node node, Bodies bodies, JsonBodies json) {
        this.node = node;
        this.bodies = bodies;
        this.json = json;
    }

    /** All pools. */
    public record Pools(List<PoolBody> pools) {}

    @GET
    @Operation(operationId = "listPools", summary = "List the pools")
    public Pools list() {
        return new Pools(
                node.pools().stream()
                        .filter(p -> !p.name().equals(Key.SYSTEM_POOL))
                        .sorted(Comparator.comparing(PoolSpec::name))
                        .map(this::body)
                        .toList());
    }

    @GET
    @Path("/{pool}")
    @Operation(operationId = "getPool", summary = "Show a pool")
    @APIResponse(responseCode = "404", description = "There is no such pool")
    public PoolBody get(@PathParam("pool") String name) {
        return find(name).map(this::body).orElseThrow(() -> Keys.noPool(name));
    }

    private PoolBody body(PoolSpec pool) {
        return PoolBody.of(pool, node.where().moves(pool.name()));
    }

    @PUT
    @Path("/{pool}")
    @Operation(
            operationId = "putPool",
            summary = "Create a pool, or change its shards and replicas",
            description =
                    "Again with the same specification it changes nothing. With other shards or"
                            + " replicas it is spread anew while it is used: the answer comes when"
                            + " all nodes know, the change a moment later.")
    @RequestBody(content = @Content(schema = @Schema(implementation = PoolBody.class)))
    @APIResponse(
            responseCode = "201",
            description = "Created",
            content = @Content(schema = @Schema(implementation = PoolBody.class)))
    @APIResponse(responseCode = "200", description = "It was there, just so")
    @APIResponse(responseCode = "202", description = "It is spread anew from the next view on")
    @APIResponse(
            responseCode = "409",
            description = "It is there with another specification, or keys still move")
    public CompletionStage<Response> put(
            @Context HttpServerRequest request, @PathParam("pool") String name) {
        var loop = EventLoop.current();
        return bodies.use(
                request,
                JsonBodies.BYTES_MAX,
                body -> {
                    var spec =
                            json.read(body, PoolBody.class)
                                    .spec(Key.checkPool(name), node.config().members().size());
                    var there = find(name);
                    int status = there.isEmpty() ? 201 : there.get().equals(spec) ? 200 : 202;
                    return node.createPool(spec)
                            .thenApplyAsync(
                                    made ->
                                            Response.status(status)
                                                    .entity(PoolBody.of(made))
                                                    .build(),
                                    loop);
                });
    }

    @DELETE
    @Path("/{pool}")
    @Operation(operationId = "deletePool", summary = "Delete a pool and all objects in it")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "There is no such pool")
    public CompletionStage<Response> delete(@PathParam("pool") String name) {
        if (find(name).isEmpty()) {
            throw Keys.noPool(name);
        }
        return node.deletePool(name)
                .thenApplyAsync(_ -> Response.noContent().build(), EventLoop.current());
    }

    private Optional<PoolSpec> find(String name) {
        return node.pools().stream()
                .filter(p -> p.name().equals(name) && !name.equals(Key.SYSTEM_POOL))
                .findFirst();
    }
}
