package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.bulk.Download;
import dev.squall.server.http.ByteRange;
import dev.squall.server.http.Conditions;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Window;
import dev.squall.server.problem.Problem;
import dev.squall.server.problem.Refusal;
import dev.squall.store.BulkObject;
import dev.squall.store.ReadResult;
import dev.squall.store.StoredObject;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Reads of objects, on the event loop: the index is local memory and takes no lock.
 *
 * <p><b>Copies.</b> None in this process: the answer's buffer is a window over the log segment
 * itself, which the operating system copies into the socket. The window keeps the segment alive
 * until the last byte has gone. A bulk object is written chunk by chunk, see {@link Download}.
 *
 * <p>An object can be read as soon as every replica of its shard has received it, so what is read
 * survives the loss of any minority: {@code stable=true} asks for what is the case anyway.
 */
@Path("/v1/objects/{key:.+}")
@Tag(name = "objects")
@NonBlocking
public final class ObjectReadResource {

    private final Node node;
    private final Keys keys;

    ObjectReadResource(Node node, Keys keys) {
        this.node = node;
        this.keys = keys;
    }

    @GET
    @Produces(MediaType.WILDCARD)
    @Operation(
            operationId = "getObject",
            summary = "Read an object",
            description =
                    "The newest version, or that of a past moment. Range, If-Match and"
                            + " If-None-Match work; the answer's ETag is the version.")
    @APIResponse(
            responseCode = "200",
            description = "The object's bytes",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "206", description = "The bytes of the Range asked for")
    @APIResponse(responseCode = "304", description = "If-None-Match names this version")
    @APIResponse(
            responseCode = "404",
            description = "Nothing; reason is no-pool, no-key, not-yet, deleted or trimmed")
    @APIResponse(responseCode = "425", description = "The time asked for has not passed yet")
    public CompletionStage<Response> get(
            @Context HttpServerRequest request,
            @PathParam("key") String key,
            @Parameter(description = "The newest not after this version") @QueryParam("version")
                    @Nullable String version,
            @Parameter(
                            description =
                                    "The newest not after this time, RFC 3339 or microseconds since"
                                            + " 1970, in a consistent cut")
                    @QueryParam("at")
                    @Nullable String at,
            @Parameter(description = "How long to wait for the cut, for example 500ms; default 1s")
                    @QueryParam("wait")
                    @Nullable String wait,
            @Parameter(description = "Only what survives the loss of any minority")
                    @QueryParam("stable")
                    @Nullable String stable,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-Match") @Nullable String ifMatch,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
        return read(
                key,
                Moment.of(version, at, wait),
                object ->
                        answer(
                                request.response(),
                                object,
                                new Wanted(range, ifMatch, ifNoneMatch)));
    }

    @HEAD
    @Produces(MediaType.WILDCARD)
    @Operation(
            operationId = "headObject",
            summary = "Ask for an object's version, time and size",
            description = "As a read, without the bytes.")
    @APIResponse(responseCode = "200", description = "It is there")
    public CompletionStage<Response> head(
            @PathParam("key") String key,
            @QueryParam("version") @Nullable String version,
            @QueryParam("at") @Nullable String at,
            @QueryParam("wait") @Nullable String wait) {
        return read(
                key,
                Moment.of(version, at, wait),
                object ->
                        done(
                                described(Response.ok(), object)
                                        .header("Content-Length", object.length())));
    }

    /** How a version is answered. */
    private interface Answer {
        CompletionStage<Response> to(StoredObject object);
    }

    private CompletionStage<Response> read(String parameter, Moment moment, Answer answer) {
        var key = KeyPath.key(parameter);
        var route = keys.route(key);
        var reads = node.reads();
        return switch (moment) {
            case Moment.Newest() -> newest(key, route, answer);
            case Moment.AtVersion(long version) ->
                    answer.to(found(key, reads.version(key, version)));
            case Moment.AtTime(long micros, long waitMillis) ->
                    reads.at(key, micros, waitMillis)
                            .thenComposeAsync(
                                    result -> answer.to(found(key, result)), EventLoop.current());
        };
    }

    /** A key of a batch that is being decided waits for that: nobody sees half. */
    private CompletionStage<Response> newest(String key, Route route, Answer answer) {
        var decided = node.awaitDecided(route.shard(), key, Moment.WAIT_MILLIS_DEFAULT);
        return decided.isDone()
                ? decided(key, answer)
                : decided.thenComposeAsync(_ -> decided(key, answer), EventLoop.current());
    }

    private CompletionStage<Response> decided(String key, Answer answer) {
        return answer.to(found(key, node.reads().newest(key)));
    }

    private static StoredObject found(String key, ReadResult result) {
        return switch (result) {
            case ReadResult.Found(var object) -> object;
            case ReadResult.Missing(var why) -> throw Keys.missing(key, why);
        };
    }

    private CompletionStage<Response> answer(
            HttpServerResponse raw, StoredObject object, Wanted wanted) {
        long version = object.version();
        if (!Conditions.matches(wanted.ifMatch, version)) {
            throw new Failure(
                    Failure.Kind.PRECONDITION,
                    "%s is at version %d, not at %s"
                            .formatted(object.key(), version, wanted.ifMatch));
        }
        if (Conditions.has(wanted.ifNoneMatch, version)) {
            return done(described(Response.notModified(), object));
        }
        long size = object.length();
        var range = ByteRange.of(wanted.range, size);
        if (range != null && range.length() == 0) {
            throw new Refusal(
                    Problem.of(
                            416,
                            "Range not satisfiable",
                            "%s has %d bytes; the range '%s' holds none of them"
                                    .formatted(object.key(), size, wanted.range)));
        }
        var head = described(range == null ? Response.ok() : Response.status(206), object);
        if (range != null) {
            head.header("Content-Range", range.contentRange(size));
        }
        var all = range == null ? new ByteRange(0, size) : range;
        if (!object.bulk()) {
            return done(head.entity(bytes(object, all.from(), all.length())));
        }
        var bulk = node.reads().bulk(object);
        stream(raw, head.header("Repr-Digest", Download.digest(bulk)).build(), bulk, all);
        // The download itself writes the answer.
        return new CompletableFuture<>();
    }

    private static CompletionStage<Response> done(Response.ResponseBuilder response) {
        return CompletableFuture.completedStage(response.build());
    }

    private static void stream(
            HttpServerResponse raw, Response head, BulkObject object, ByteRange range) {
        raw.setStatusCode(head.getStatus());
        head.getStringHeaders()
                .forEach((name, values) -> raw.putHeader(name, String.join(",", values)));
        // Later: who asks for little has it before this call is known to answer by itself.
        EventLoop.current().execute(new Download(raw, object, range)::begin);
    }

    /** What a reader asked for, by headers. */
    private record Wanted(
            @Nullable String range, @Nullable String ifMatch, @Nullable String ifNoneMatch) {}

    private static Buffer bytes(StoredObject object, long from, long length) {
        return Window.over(object.bytes().asSlice(from, length));
    }

    private Response.ResponseBuilder described(
            Response.ResponseBuilder response, StoredObject object) {
        var label = node.reads().label(object);
        if (!label.isEmpty()) {
            response.header(LabelResource.HEADER, label);
        }
        return response.type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header("ETag", Conditions.tag(object.version()))
                .header("Squall-Version", object.version())
                .header("Squall-Timestamp", object.timestamp())
                .header("Accept-Ranges", "bytes");
    }
}
