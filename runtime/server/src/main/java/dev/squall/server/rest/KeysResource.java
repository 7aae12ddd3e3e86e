package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.http.Await;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Times;
import dev.squall.server.route.MemberClient;
import dev.squall.server.route.Scatter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.Future;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lists keys: every shard is asked for one page, and the pages are merged. */
@Path("/v1/keys")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
public final class KeysResource {

    private static final String LIMIT_DEFAULT = "1000";

    /** The most keys in one answer. */
    static final int LIMIT_MAX = 10_000;

    private final Node node;
    private final Scatter scatter;

    KeysResource(Node node, Scatter scatter) {
        this.node = node;
        this.scatter = scatter;
    }

    /** Keys, in order. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(
            List<String> keys,
            @Schema(description = "There are more: ask again with this as after")
                    @Nullable String next) {}

    private record Query(
            String prefix, String after, @Nullable Long at, long waitMillis, int limit) {

        String path(Route part) {
            return "/v1/keys?prefix=%s&after=%s&limit=%d&shard=%d&source=%d&wait=%dms%s"
                    .formatted(
                            KeyPath.parameter(prefix),
                            KeyPath.parameter(after),
                            limit,
                            part.shard(),
                            part.source(),
                            waitMillis,
                            at == null ? "" : "&at=" + at);
        }
    }

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "listKeys",
            summary = "List keys under a prefix",
            description = "Keys that have an object now or at a past time, in order, paged.")
    @APIResponse(responseCode = "404", description = "There is no such pool")
    @APIResponse(responseCode = "425", description = "The time asked for has not passed yet")
    public Page list(
            @QueryParam("prefix") @DefaultValue("/") String prefix,
            @Parameter(description = "As of this time, RFC 3339 or microseconds since 1970")
                    @QueryParam("at")
                    @Nullable String at,
            @QueryParam("wait") @Nullable String wait,
            @Parameter(description = "At most so many, up to 10000")
                    @QueryParam("limit")
                    @DefaultValue(LIMIT_DEFAULT)
                    String limit,
            @Parameter(description = "Only keys behind this one")
                    @QueryParam("after")
                    @DefaultValue("")
                    String after,
            @Parameter(hidden = true) @QueryParam("shard") @DefaultValue("-1") int shard,
            @Parameter(hidden = true) @QueryParam("source") @DefaultValue("-1") int source,
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var query =
                new Query(
                        Prefix.check(prefix),
                        after,
                        at == null ? null : Times.micros("at", at),
                        Moment.waitMillis(wait),
                        HistoryResource.limit(limit, LIMIT_MAX));
        long time = query.at == null ? Long.MAX_VALUE : query.at;
        var shards = Prefix.shards(node, prefix, pool -> node.where().parts(pool, time));
        if (forwarded != null) {
            shards =
                    shards.stream()
                            .filter(r -> r.shard() == shard && r.source() == source && r.local())
                            .toList();
            if (shards.isEmpty()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "shard " + shard + " is not here; the view is changing");
            }
        }
        return merge(query, shards);
    }

    private Page merge(Query query, List<Route> shards) {
        var remote = new ArrayList<Future<JsonNode>>();
        for (var route : shards) {
            if (!route.local()) {
                remote.add(scatter.first(route.members(), query.path(route), query.waitMillis));
            }
        }
        var all = new ArrayList<String>();
        boolean more = false;
        for (var route : shards) {
            if (route.local()) {
                all.addAll(local(query, route));
            }
        }
        for (var answer : remote) {
            var page = Await.on(answer);
            page.path("keys").forEach(key -> all.add(key.asText()));
            more |= page.path("next").isTextual();
        }
        all.sort(null);
        more |= all.size() > query.limit;
        var page = all.subList(0, Math.min(query.limit, all.size()));
        return new Page(page, more && !page.isEmpty() ? page.getLast() : null);
    }

    /** One key more than is wanted tells whether there are more. */
    private List<String> local(Query query, Route route) {
        long time = Long.MAX_VALUE;
        if (query.at != null) {
            time = query.at;
            Await.on(node.awaitTime(route.shard(), time, query.waitMillis));
        }
        // Only now: the shard may have been made anew meanwhile, without what nobody agreed on.
        return node.reads().keys(route, query.prefix, query.after, time, query.limit + 1);
    }
}
