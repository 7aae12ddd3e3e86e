package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.FullPool;
import dev.squall.node.Node;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.node.Route;
import dev.squall.server.bulk.Uploads;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.Conditions;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.Trace;
import dev.squall.store.Outcome;
import dev.squall.store.ReadResult;
import dev.squall.store.StoreKind;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Changes of objects. The body is read on the event loop and handed to the shard's ring, which
 * copies it once; the answer is written when the shard has come as far as was asked for. A body
 * that is too large for one record comes in chunks, see {@link Uploads}.
 */
@Path("/v1/objects/{key:.+}")
@Tag(name = "objects", description = "Versioned objects under keys such as /cameras/gate")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class ObjectResource {

    private final Node node;
    private final Keys keys;
    private final Bodies bodies;
    private final Uploads uploads;

    ObjectResource(Node node, Keys keys, Bodies bodies, Uploads uploads) {
        this.node = node;
        this.keys = keys;
        this.bodies = bodies;
        this.uploads = uploads;
    }

    @PUT
    @Operation(
            operationId = "putObject",
            summary = "Store an object",
            description =
                    "The body, whatever it is, becomes the key's next version. If-Match:"
                            + " \"version\" and If-None-Match: * make it a compare-and-set.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.WILDCARD,
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations
                                                            .enums.SchemaType.STRING,
                                            format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "Stored, now or by an earlier attempt of the same producer triple",
            content = @Content(schema = @Schema(implementation = PutReply.class)))
    @APIResponse(responseCode = "412", description = "The key's newest version is another one")
    public CompletionStage<Response> put(
            @Context HttpServerRequest request,
            @PathParam("key") String key,
            @Parameter(
                            description =
                                    "When to answer: accepted, ordered or durable. Default: durable"
                                            + " in a persistent pool, else ordered")
                    @QueryParam("ack")
                    @Nullable String ack,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch,
            @Parameter(description = "id/incarnation/sequence: makes a retry happen once")
                    @HeaderParam("Squall-Producer")
                    @Nullable String producer,
            @Parameter(
                            description =
                                    "One of the labels that the pool keeps: this version stays when"
                                            + " the rest goes")
                    @QueryParam("label")
                    @Nullable String label,
            @Parameter(hidden = true) @QueryParam(LabelResource.NUMBER) @Nullable Integer number,
            @HeaderParam(Trace.HEADER) @Nullable String trace) {
        var change =
                change(key, ack, ifMatch, ifNoneMatch, producer, trace)
                        .labelled(LabelResource.number(keys.writable(key), label, number));
        var loop = EventLoop.current();
        if (uploads.takes(request, change.route.pool())) {
            LabelResource.refuseBulk(change.label);
            return uploads.receive(
                            request, change.route.pool(), change.put(false, MemorySegment.NULL))
                    .thenApplyAsync(answer -> reply(change, answer), loop);
        }
        return bodies.use(
                request,
                bodies.objectBytes(),
                bytes ->
                        node.put(change.put(false, MemorySegment.ofArray(bytes)))
                                .thenApplyAsync(answer -> reply(change, answer), loop));
    }

    @DELETE
    @Operation(
            operationId = "deleteObject",
            summary = "Delete an object",
            description = "A delete is a version too: earlier ones can still be read.")
    @APIResponse(
            responseCode = "200",
            description = "Deleted",
            content = @Content(schema = @Schema(implementation = PutReply.class)))
    @APIResponse(responseCode = "404", description = "There is no object")
    @APIResponse(responseCode = "412", description = "The key's newest version is another one")
    public CompletionStage<Response> delete(
            @PathParam("key") String key,
            @QueryParam("ack") @Nullable String ack,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("Squall-Producer") @Nullable String producer,
            @HeaderParam(Trace.HEADER) @Nullable String trace) {
        var change = change(key, ack, ifMatch, null, producer, trace);
        return node.put(change.put(true, MemorySegment.NULL))
                .thenApplyAsync(answer -> reply(change, answer), EventLoop.current());
    }

    /** A change as asked for, but for its bytes. */
    private record Change(
            String key,
            Route route,
            AckLevel ack,
            long expected,
            @Nullable Producer producer,
            String trace,
            int label) {

        Put put(boolean delete, MemorySegment bytes) {
            return new Put(key, delete, bytes, ack, expected, producer, trace).labelled(label);
        }

        Change labelled(int number) {
            return new Change(key, route, ack, expected, producer, trace, number);
        }
    }

    private Change change(
            String parameter,
            @Nullable String ack,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            @Nullable String producer,
            @Nullable String trace) {
        var route = keys.writable(parameter);
        return new Change(
                "/" + parameter,
                route,
                level(route, ack),
                Conditions.expected(ifMatch, ifNoneMatch),
                producer == null ? null : Producer.parse(producer),
                Trace.id(trace),
                0);
    }

    static AckLevel level(Route route, @Nullable String ack) {
        boolean persistent = route.pool().store() == StoreKind.PERSISTENT;
        if (ack == null) {
            return persistent ? AckLevel.DURABLE : AckLevel.ORDERED;
        }
        var level = AckLevel.parse(ack);
        if (level == AckLevel.DURABLE && !persistent) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "ack is durable, but pool /%s is not persistent; ask for ordered"
                            .formatted(route.pool().name()));
        }
        return level;
    }

    private static Response reply(Change change, PutAnswer answer) {
        return switch (answer.outcome()) {
            case Outcome.Stored(long version, long timestamp) ->
                    stored(change, answer, version, timestamp);
            case Outcome.Repeated(long version, long timestamp) ->
                    stored(change, answer, version, timestamp);
            case Outcome.Mismatch(long newest) ->
                    throw new Failure(
                            Failure.Kind.PRECONDITION,
                            newest == 0
                                    ? "%s has no object, so not version %d"
                                            .formatted(change.key, change.expected)
                                    : "%s is at version %d, not at the required %d"
                                            .formatted(change.key, newest, change.expected));
            case Outcome.Absent() -> throw Keys.missing(change.key, ReadResult.Why.NO_KEY);
            case Outcome.Held(var key) -> throw held(key);
            case Outcome.Full full ->
                    throw FullPool.failure(change.route.pool(), change.route.index(), full);
            case Outcome.Unmet _, Outcome.Aborted _, Outcome.Crowded _ ->
                    throw new IllegalStateException("an answer to a put: " + answer.outcome());
            case Outcome.Stale(long incarnation, long sequence) ->
                    throw new Failure(
                            Failure.Kind.CONFLICT,
                            "producer %s has come to incarnation %d, sequence %d; this is older"
                                    .formatted(change.producer, incarnation, sequence));
        };
    }

    private static Failure held(String key) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                key + " belongs to a batch that is about to be decided; again in a moment");
    }

    private static Response stored(Change change, PutAnswer answer, long version, long timestamp) {
        var body =
                new PutReply(change.key, version, timestamp, answer.shard(), answer.ack().label());
        var response = Response.ok(body);
        if (version != 0) {
            response.header("ETag", Conditions.tag(version))
                    .header("Squall-Version", version)
                    .header("Squall-Timestamp", timestamp);
        }
        return response.build();
    }
}
