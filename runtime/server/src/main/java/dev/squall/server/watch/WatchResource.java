package dev.squall.server.watch;

import dev.squall.server.http.Times;
import dev.squall.server.route.MemberClient;
import dev.squall.store.Position;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Opens streams of changes. */
@Path("/v1/watch")
@Tag(name = "objects")
@NonBlocking
public final class WatchResource {

    private final Watches watches;

    WatchResource(Watches watches) {
        this.watches = watches;
    }

    @GET
    @Operation(
            operationId = "watch",
            summary = "Follow what changes under a prefix",
            description =
                    "Server-sent events: each `put` carries a Change, also for a delete. The id of"
                        + " an event is a position in every shard: a client that comes back with it"
                        + " in Last-Event-ID, at any node, goes on there, and sees every change"
                        + " once, those of a shard in its order. `trimmed` says that the pool's"
                        + " retention has dropped versions of a shard, those behind `after` up to"
                        + " `through`, before this client took them.")
    @APIResponse(
            responseCode = "200",
            description = "A stream that does not end",
            content =
                    @Content(
                            mediaType = "text/event-stream",
                            schema = @Schema(implementation = Change.class)))
    @APIResponse(responseCode = "404", description = "There is no such pool")
    @APIResponse(responseCode = "429", description = "There are too many watches")
    public CompletionStage<Void> watch(
            @Context RoutingContext request,
            @QueryParam("prefix") @DefaultValue("/") String prefix,
            @Parameter(description = "The first version to see; default: what comes from now on")
                    @QueryParam("from")
                    @Nullable String from,
            @Parameter(description = "The id of the last event seen; goes before from")
                    @HeaderParam("Last-Event-ID")
                    @Nullable String lastEventId,
            @Parameter(hidden = true) @QueryParam("shard") @DefaultValue("-1") int shard,
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var scope = Scope.of(prefix, forwarded != null, shard);
        var position =
                lastEventId == null || lastEventId.isEmpty()
                        ? new Position()
                        : Position.parse(lastEventId);
        long first = from == null ? ShardFeed.NOW : Times.number("from", from);
        watches.open(request, scope, position, first);
        // The watch itself writes the answer for as long as the connection lasts.
        return new CompletableFuture<>();
    }
}
