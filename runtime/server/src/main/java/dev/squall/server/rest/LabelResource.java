package dev.squall.server.rest;

import dev.squall.base.Failure;
import dev.squall.node.FullPool;
import dev.squall.node.Node;
import dev.squall.node.Producer;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.node.Route;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.KeyPath;
import dev.squall.store.Keep;
import dev.squall.store.Labelled;
import dev.squall.store.Outcome;
import dev.squall.wire.RecordLayout;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Labels of versions: what has one that its pool keeps stays when the rest goes. */
@Path("/v1/labels/{key:.+}")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class LabelResource {

    /** Says which label a version has that is read. */
    static final String HEADER = "Squall-Label";

    /** Between members: a label by its number in the pool. */
    static final String NUMBER = "labelled";

    private final Node node;
    private final Keys keys;

    LabelResource(Node node, Keys keys) {
        this.node = node;
        this.keys = keys;
    }

    /** The labelled versions of a key, oldest first. */
    public record Labels(String key, List<Entry> versions) {}

    /** A version that has a label. */
    @Schema(name = "LabelledVersion")
    public record Entry(long version, long timestamp, String label) {}

    /** What was done. */
    @Schema(name = "LabelReply")
    public record Reply(
            String key,
            @Schema(description = "Empty = it has none any more") String label,
            @Schema(description = "Of the change itself, in the order of the shard") long version,
            @Schema(description = "Its time, microseconds since 1970") long timestamp,
            int shard) {}

    @GET
    @Operation(operationId = "getLabels", summary = "List the labelled versions of a key")
    @APIResponse(responseCode = "200", description = "Oldest first; perhaps none")
    public Labels get(@PathParam("key") String parameter) {
        var key = KeyPath.key(parameter);
        var route = keys.route(key);
        var keep = route.pool().retention().keep();
        var labelled = keys.store(route).kept().between(key, 0, Long.MAX_VALUE);
        return new Labels(key, labelled.stream().map(one -> entry(one, keep)).toList());
    }

    private static Entry entry(Labelled one, Keep keep) {
        return new Entry(one.version(), one.timestamp(), keep.label(one.label()));
    }

    @PUT
    @Operation(
            operationId = "setLabel",
            summary = "Give a version a label",
            description =
                    "As long as it has one of the labels that its pool keeps, it is read under its"
                            + " version and time, whatever the pool's retention lets go of.")
    @APIResponse(responseCode = "200", description = "It has the label now, at every replica")
    @APIResponse(responseCode = "404", description = "There is no such version, or no longer")
    @APIResponse(responseCode = "507", description = "As much is labelled as the pool allows")
    public CompletionStage<Reply> put(
            @PathParam("key") String key,
            @Parameter(description = "One of the labels that the pool keeps") @QueryParam("label")
                    @Nullable String label,
            @Parameter(description = "Which version; default: the newest") @QueryParam("version")
                    @Nullable Long version,
            @QueryParam("ack") @Nullable String ack,
            @Parameter(hidden = true) @QueryParam(NUMBER) @Nullable Integer number,
            @HeaderParam("Squall-Producer") @Nullable String producer) {
        if ((label == null || label.isEmpty()) && number == null) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "which label? Say ?label=, or DELETE to take a label away");
        }
        return set(key, label, number, version, ack, producer);
    }

    @DELETE
    @Operation(
            operationId = "removeLabel",
            summary = "Take the label of a version away",
            description = "It goes with the rest then. One that has none is fine.")
    @APIResponse(responseCode = "200", description = "It has no label any more")
    @APIResponse(responseCode = "404", description = "There is no such version, or no longer")
    public CompletionStage<Reply> delete(
            @PathParam("key") String key,
            @QueryParam("version") @Nullable Long version,
            @QueryParam("ack") @Nullable String ack,
            @HeaderParam("Squall-Producer") @Nullable String producer) {
        return set(key, null, 0, version, ack, producer);
    }

    private CompletionStage<Reply> set(
            String parameter,
            @Nullable String label,
            @Nullable Integer number,
            @Nullable Long version,
            @Nullable String ack,
            @Nullable String producer) {
        var route = keys.writable(parameter);
        if (!route.pool().retention().keep().is()) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "pool /%s keeps nothing by a label: it has no retention.keep"
                            .formatted(route.pool().name()));
        }
        int wanted = number(route, label, number);
        var put =
                Put.label(
                        "/" + parameter,
                        version == null ? RecordLayout.ANY : version,
                        wanted,
                        ObjectResource.level(route, ack),
                        producer == null ? null : Producer.parse(producer));
        return node.put(put)
                .thenApplyAsync(answer -> reply(put, route, answer), EventLoop.current());
    }

    /** The number of a label in a pool; 0 = none is wanted. */
    static int number(Route route, @Nullable String label, @Nullable Integer number) {
        var keep = route.pool().retention().keep();
        if (number != null && (number < 0 || number > keep.labels().size())) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "label number %d; the pool has %s".formatted(number, keep.labels()));
        }
        return number != null ? number : label == null ? 0 : keep.number(label);
    }

    /** An object in chunks has none: its bytes are in many places of the log. */
    static void refuseBulk(int label) {
        if (label != 0) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "an object that is larger than one record cannot have a label; put it in"
                            + " smaller pieces");
        }
    }

    private static Reply reply(Put put, Route route, PutAnswer answer) {
        return switch (answer.outcome()) {
            case Outcome.Stored(long version, long timestamp) ->
                    reply(put, route, answer, version, timestamp);
            case Outcome.Repeated(long version, long timestamp) ->
                    reply(put, route, answer, version, timestamp);
            case Outcome.Full full -> throw FullPool.failure(route.pool(), route.index(), full);
            case Outcome.Held(var held) ->
                    throw new Failure(
                            Failure.Kind.UNAVAILABLE,
                            held
                                    + " belongs to a batch that is about to be decided; again in a"
                                    + " moment");
            case Outcome.Stale(long incarnation, long sequence) ->
                    throw new Failure(
                            Failure.Kind.CONFLICT,
                            "producer %s has come to incarnation %d, sequence %d; this is older"
                                    .formatted(put.producer(), incarnation, sequence));
            case Outcome.Absent _,
                    Outcome.Mismatch _,
                    Outcome.Unmet _,
                    Outcome.Aborted _,
                    Outcome.Crowded _ ->
                    throw new Failure(
                            Failure.Kind.NOT_FOUND,
                            "%s has no version %s that could have a label: it is not kept, a"
                                    .concat(" delete, in chunks, or in an earlier shard")
                                    .formatted(
                                            put.key(),
                                            put.expected() == RecordLayout.ANY
                                                    ? "now"
                                                    : Long.toString(put.expected())));
        };
    }

    private static Reply reply(
            Put put, Route route, PutAnswer answer, long version, long timestamp) {
        var label = route.pool().retention().keep().label(put.label());
        return new Reply(put.key(), label, version, timestamp, answer.shard());
    }
}
