package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.Trace;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
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

/** Runs user-defined logic on bytes that are not stored. */
@Path("/v1/trigger/{key:.+}")
@Tag(name = "logic", description = "User-defined logic and the graphs that bind it")
@NonBlocking
public final class TriggerResource {

    private final Node node;
    private final Keys keys;
    private final Bodies bodies;

    TriggerResource(Node node, Keys keys, Bodies bodies) {
        this.node = node;
        this.keys = keys;
        this.bodies = bodies;
    }

    @POST
    @Operation(
            operationId = "trigger",
            summary = "Run the UDLs bound to a key",
            description = "They get the body as an object; nothing is stored.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.WILDCARD,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "With reply=wait: the graph's answer",
            content = @Content(mediaType = MediaType.APPLICATION_OCTET_STREAM))
    @APIResponse(responseCode = "202", description = "The UDLs have it")
    @APIResponse(responseCode = "204", description = "With reply=wait: done, and no answer given")
    @APIResponse(responseCode = "404", description = "No such pool, or nothing is bound to the key")
    public CompletionStage<Response> trigger(
            @Context HttpServerRequest request,
            @PathParam("key") String parameter,
            @Parameter(description = "wait = answer with what the UDLs reply") @QueryParam("reply")
                    @Nullable String reply,
            @HeaderParam(Trace.HEADER) @Nullable String trace) {
        if (reply != null && !reply.equals("wait")) {
            throw new Failure(
                    Failure.Kind.INVALID, "reply is '" + reply + "'; the only value is wait");
        }
        keys.writable(parameter);
        boolean wait = reply != null;
        var loop = EventLoop.current();
        return bodies.use(
                request,
                bodies.objectBytes(),
                bytes ->
                        node.trigger(
                                        "/" + parameter,
                                        MemorySegment.ofArray(bytes),
                                        wait,
                                        Trace.id(trace))
                                .thenApplyAsync(answer -> answer(wait, answer), loop));
    }

    private static Response answer(boolean wait, Optional<byte[]> answer) {
        if (!wait) {
            return Response.accepted().build();
        }
        return answer.map(bytes -> Response.ok(bytes, MediaType.APPLICATION_OCTET_STREAM_TYPE))
                .orElseGet(Response::noContent)
                .build();
    }
}
