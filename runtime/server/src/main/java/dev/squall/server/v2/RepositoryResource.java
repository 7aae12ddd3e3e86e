package dev.squall.server.v2;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.JsonBodies;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The model repository extension. Models come and go with UDL jars, not by this protocol. */
@Path("/v2/repository")
@Tag(name = "inference")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class RepositoryResource {

    private final Node node;
    private final ServedModels models;
    private final Bodies bodies;
    private final JsonBodies json;

    RepositoryResource(Node node, ServedModels models, Bodies bodies, JsonBodies json) {
        this.node = node;
        this.models = models;
        this.bodies = bodies;
        this.json = json;
    }

    /** Which models to list. */
    @Schema(name = "IndexQuery")
    record Query(@Schema(description = "true = only those that are ready") boolean ready) {}

    /** A model in the index. */
    public record Entry(String name, String version, String state, String reason) {}

    @POST
    @Path("/index")
    @Operation(operationId = "indexModels", summary = "List the models and their states")
    @RequestBody(
            required = false,
            content = @Content(schema = @Schema(implementation = Query.class)))
    public CompletionStage<List<Entry>> index(@Context HttpServerRequest request) {
        return bodies.use(
                request,
                JsonBodies.BYTES_MAX,
                body -> CompletableFuture.completedStage(entries(json.read(body, Query.class))));
    }

    private List<Entry> entries(Query query) {
        return node.models().names().stream()
                .map(name -> entry(name))
                .filter(e -> !query.ready || e.state.equals("READY"))
                .toList();
    }

    private Entry entry(String name) {
        var version = Integer.toString(models.find(name, null).version());
        return node.models().ready(name)
                ? new Entry(name, version, "READY", "")
                : new Entry(name, version, "UNAVAILABLE", "its UDL does not run; see GET /v1/udls");
    }

    @POST
    @Path("/models/{model}/load")
    @Operation(operationId = "loadModel", summary = "Load a model")
    @APIResponse(responseCode = "501", description = "Not available yet")
    public CompletionStage<Response> load(@PathParam("model") String model) {
        return notYet("load", model);
    }

    @POST
    @Path("/models/{model}/unload")
    @Operation(operationId = "unloadModel", summary = "Unload a model")
    @APIResponse(responseCode = "501", description = "Not available yet")
    public CompletionStage<Response> unload(@PathParam("model") String model) {
        return notYet("unload", model);
    }

    private static CompletionStage<Response> notYet(String verb, String model) {
        return CompletableFuture.failedStage(
                new Failure(
                        Failure.Kind.NOT_AVAILABLE_YET,
                        "not available yet: %s of '%s'; models come with UDLs, POST /v1/udls"
                                .formatted(verb, model)));
    }
}
