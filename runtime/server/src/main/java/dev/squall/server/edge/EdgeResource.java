package dev.squall.server.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.base.Failure;
import dev.squall.server.http.Await;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.JsonBodies;
import dev.squall.server.route.MemberClient;
import dev.squall.server.route.Scatter;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The edge agents: each tells one node of itself, and every node shows all. */
@Path("/v1/edge")
@Tag(name = "cluster", description = "The members and what they do")
@Produces(MediaType.APPLICATION_JSON)
public final class EdgeResource {

    /** The longest id, in characters. */
    static final int ID_CHARS_MAX = 128;

    private final EdgeAgents agents;
    private final Bodies bodies;
    private final JsonBodies json;
    private final Scatter scatter;

    EdgeResource(EdgeAgents agents, Bodies bodies, JsonBodies json, Scatter scatter) {
        this.agents = agents;
        this.bodies = bodies;
        this.json = json;
        this.scatter = scatter;
    }

    /** The agents' reports; missing are the members that did not answer. */
    public record Agents(
            @Schema(implementation = Object[].class) Collection<? extends JsonNode> agents,
            List<Integer> missing) {}

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "listEdgeAgents",
            summary = "List the edge agents and their counters",
            description = "Each as it last reported itself, with state alive or silent.")
    public Agents list(
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var own = agents.list(System.currentTimeMillis());
        if (forwarded != null) {
            return new Agents(own, List.of());
        }
        var others = Await.on(scatter.all("/v1/edge"));
        var newest = new TreeMap<String, JsonNode>();
        var all = new ArrayList<JsonNode>(own);
        others.bodies().forEach(body -> body.path("agents").forEach(all::add));
        for (var agent : all) {
            newest.merge(agent.path("id").asText(), agent, EdgeResource::newer);
        }
        return new Agents(newest.values(), others.missing());
    }

    /** An agent that went to another node left its last report behind. */
    private static JsonNode newer(JsonNode a, JsonNode b) {
        return a.path("reported_ms_ago").asLong() <= b.path("reported_ms_ago").asLong() ? a : b;
    }

    @PUT
    @Path("/{id:.+}")
    @NonBlocking
    @Operation(
            operationId = "reportEdgeAgent",
            summary = "Report an edge agent's counters",
            description = "By the agent itself, every few seconds; any JSON object.")
    @RequestBody(content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "204", description = "Noted")
    public CompletionStage<Response> put(
            @Context HttpServerRequest request, @PathParam("id") String id) {
        if (id.length() > ID_CHARS_MAX) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "an id of %d characters; the limit is %d".formatted(id.length(), ID_CHARS_MAX));
        }
        return bodies.use(
                request,
                JsonBodies.BYTES_MAX,
                body -> {
                    agents.put(id, json.read(body, ObjectNode.class), System.currentTimeMillis());
                    return CompletableFuture.completedStage(Response.noContent().build());
                });
    }
}
