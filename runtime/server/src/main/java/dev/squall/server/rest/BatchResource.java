package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.Batch;
import dev.squall.node.BatchAnswer;
import dev.squall.node.Node;
import dev.squall.node.Producer;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.Conditions;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.JsonBodies;
import dev.squall.server.http.Trace;
import dev.squall.server.route.BatchPeers;
import dev.squall.server.route.MemberClient;
import dev.squall.store.StoreKind;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Several changes at one place in the order: all of them or none. */
@Path("/v1/batch")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class BatchResource {

    private final Node node;
    private final Keys keys;
    private final Bodies bodies;
    private final JsonBodies json;

    BatchResource(Node node, Keys keys, Bodies bodies, JsonBodies json) {
        this.node = node;
        this.keys = keys;
        this.bodies = bodies;
        this.json = json;
    }

    /** What a caller sends. */
    @Schema(name = "Batch")
    public record Request(@Nullable List<Change> put, @Nullable List<JsonNode> delete) {}

    /** One put of it; a delete has no bytes, and may be the key alone. */
    @Schema(name = "BatchChange")
    public record Change(
            @Nullable String key,
            @Nullable String base64,
            @Nullable String text,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch) {}

    /** What it is told. */
    @Schema(name = "BatchReply")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Reply(long timestamp, String ack, List<Changed> keys) {}

    /** The version that a key has by it. */
    @Schema(name = "BatchChanged")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Changed(
            String key,
            @Schema(description = "Missing when it is not known yet: it follows by itself")
                    @Nullable Long version,
            int shard) {}

    @POST
    @Operation(
            operationId = "batch",
            summary = "Put and delete several keys, all or nothing",
            description =
                    "{\"put\":[{\"key\",\"base64\" or \"text\",\"ifMatch\" or \"ifNoneMatch\"}],"
                            + "\"delete\":[\"/key\",{\"key\",\"ifMatch\"}]}: every condition holds"
                            + " and all is done at one time, or nothing is.")
    @RequestBody(content = @Content(schema = @Schema(implementation = Request.class)))
    @APIResponse(
            responseCode = "200",
            description = "Done, now or by an earlier attempt of the same producer triple",
            content = @Content(schema = @Schema(implementation = Reply.class)))
    @APIResponse(responseCode = "412", description = "A key is not as required; it is named")
    @APIResponse(responseCode = "413", description = "More keys or bytes than a batch may have")
    public CompletionStage<Reply> batch(
            @Context HttpServerRequest request,
            @Parameter(description = "As for a put; durable only if all pools are persistent")
                    @QueryParam("ack")
                    @Nullable String ack,
            @Parameter(description = "id/incarnation/sequence: makes a retry happen once")
                    @HeaderParam("Squall-Producer")
                    @Nullable String producer,
            @HeaderParam(Trace.HEADER) @Nullable String trace) {
        var by = producer == null ? null : Producer.parse(producer);
        var id = Trace.id(trace);
        var loop = EventLoop.current();
        return bodies.use(
                request,
                bodies.objectBytes(),
                bytes -> {
                    var parts = parts(json.read(bytes, Request.class));
                    return node.batch(new Batch(parts, level(parts, ack), by, id))
                            .thenApplyAsync(answer -> reply(parts, answer), loop);
                });
    }

    private List<Batch.Part> parts(Request request) {
        var parts = new ArrayList<Batch.Part>();
        for (var put : request.put == null ? List.<Change>of() : request.put) {
            parts.add(part(put, false));
        }
        for (var delete : request.delete == null ? List.<JsonNode>of() : request.delete) {
            var change =
                    delete.isTextual()
                            ? new Change(delete.asText(), null, null, null, null)
                            : json.read(
                                    delete.toString().getBytes(StandardCharsets.UTF_8),
                                    Change.class);
            parts.add(part(change, true));
        }
        return parts;
    }

    private static Batch.Part part(Change change, boolean delete) {
        if (change.key == null) {
            throw invalid("a change without a key");
        }
        boolean one = (change.base64 == null) != (change.text == null);
        if (delete ? change.base64 != null || change.text != null : !one) {
            throw invalid(
                    change.key
                            + (delete
                                    ? ": a delete has no bytes"
                                    : ": a put has its bytes either as base64 or as text"));
        }
        try {
            byte[] bytes =
                    change.base64 != null
                            ? Base64.getDecoder().decode(change.base64)
                            : (change.text == null ? "" : change.text)
                                    .getBytes(StandardCharsets.UTF_8);
            long expected = Conditions.expected(quoted(change.ifMatch), change.ifNoneMatch);
            return new Batch.Part(change.key, delete, MemorySegment.ofArray(bytes), expected);
        } catch (IllegalArgumentException e) {
            throw invalid("%s: base64 is none: %s".formatted(change.key, e.getMessage()));
        }
    }

    /** In JSON a version may stand without the quotes of a header. */
    private static @Nullable String quoted(@Nullable String tag) {
        return tag == null || tag.startsWith("\"") ? tag : '"' + tag + '"';
    }

    private AckLevel level(List<Batch.Part> parts, @Nullable String ack) {
        boolean persistent =
                parts.stream()
                        .map(p -> keys.route(p.key()).pool().store())
                        .allMatch(StoreKind.PERSISTENT::equals);
        return ack == null ? persistent ? AckLevel.DURABLE : AckLevel.ORDERED : AckLevel.parse(ack);
    }

    private static Reply reply(List<Batch.Part> parts, BatchAnswer answer) {
        var changed = new HashMap<String, Changed>();
        for (var share : answer.shares()) {
            for (var key : share.keys()) {
                Long version = share.version() == 0 ? null : share.version();
                changed.put(key, new Changed(key, version, share.shard()));
            }
        }
        var all = parts.stream().map(p -> changed.get(p.key())).toList();
        return new Reply(answer.timestamp(), answer.ack().label(), all);
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, "the body: " + message);
    }

    /** A step of another member's batch, for a shard that it does not hold. */
    @POST
    @Path("/order")
    @Operation(hidden = true)
    public CompletionStage<BatchPeers.Step> order(
            @Context HttpServerRequest request,
            @QueryParam("shard") int shard,
            @QueryParam("ack") @Nullable String ack,
            @HeaderParam(MemberClient.FORWARDED) @Nullable String forwarded) {
        if (forwarded == null || ack == null) {
            throw new Failure(
                    Failure.Kind.INVALID, "/v1/batch/order is for members; use POST /v1/batch");
        }
        var loop = EventLoop.current();
        return bodies.use(
                request,
                BatchPeers.bytesMax(bodies.objectBytes()),
                bytes ->
                        node.order(shard, bytes, BatchPeers.level(ack))
                                .thenApplyAsync(BatchPeers.Step::of, loop));
    }
}
