package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.node.Route;
import dev.squall.server.http.Await;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Times;
import dev.squall.server.route.MemberClient;
import dev.squall.server.route.Scatter;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.Future;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The versions of a key. */
@Path("/v1/history/{key:.+}")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
public final class HistoryResource {

    private static final String LIMIT_DEFAULT = "1000";

    /** The most versions in one answer. */
    static final int LIMIT_MAX = 10_000;

    /** How many versions are looked at in one go. */
    private static final int PAGE = 1024;

    private final Keys keys;
    private final Scatter scatter;

    HistoryResource(Keys keys, Scatter scatter) {
        this.keys = keys;
        this.scatter = scatter;
    }

    /** Versions, oldest first. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Versions(
            List<Entry> versions,
            @Schema(description = "There is more: ask again with this as from")
                    @Nullable Long next) {}

    /** One version. */
    @Schema(name = "VersionEntry")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Entry(
            long version,
            long timestamp,
            long size,
            boolean deleted,
            @Schema(description = "Who put it: id/incarnation/sequence, if anybody said")
                    String producer,
            @Schema(description = "Its label, if it has one") String label) {

        static Entry of(StoredObject object, String label) {
            return new Entry(
                    object.version(),
                    object.timestamp(),
                    object.length(),
                    object.deleted(),
                    object.producer(),
                    label);
        }

        /** An entry as another member sent it. */
        static Entry of(JsonNode entry) {
            return new Entry(
                    entry.path("version").asLong(),
                    entry.path("timestamp").asLong(),
                    entry.path("size").asInt(),
                    entry.path("deleted").asBoolean(),
                    entry.path("producer").asText(),
                    entry.path("label").asText());
        }
    }

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "getHistory",
            summary = "List the versions of a key",
            description = "Oldest first; deletes are versions too.")
    @APIResponse(responseCode = "200", description = "The versions that are still kept")
    @APIResponse(responseCode = "404", description = "The key never was, or nothing of it is kept")
    public Versions get(
            @PathParam("key") String parameter,
            @Parameter(description = "The first: a version, or a time in RFC 3339")
                    @QueryParam("from")
                    @Nullable String from,
            @Parameter(description = "The last: a version, or a time in RFC 3339") @QueryParam("to")
                    @Nullable String to,
            @Parameter(description = "At most so many, up to 10000")
                    @QueryParam("limit")
                    @DefaultValue(LIMIT_DEFAULT)
                    String limit,
            @Parameter(hidden = true) @QueryParam("shard") @DefaultValue("-1") int shard,
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var key = KeyPath.key(parameter);
        var query =
                new Query(
                        key,
                        Bound.of("from", from, new Bound(0, Long.MIN_VALUE)),
                        Bound.of("to", to, new Bound(Long.MAX_VALUE, Long.MAX_VALUE)),
                        limit(limit, LIMIT_MAX));
        var routes = keys.history(key);
        if (forwarded != null && shard >= 0) {
            return one(routes, shard, query);
        }
        return gather(routes, query);
    }

    /** What is asked for. */
    private record Query(String key, Bound first, Bound last, int limit) {

        /** The same of one shard, for another member. */
        String path(int shard) {
            return "/v1/history%s?from=%s&to=%s&limit=%d&shard=%d"
                    .formatted(
                            KeyPath.encode(key),
                            KeyPath.parameter(first.text()),
                            KeyPath.parameter(last.text()),
                            limit,
                            shard);
        }
    }

    private Versions one(List<Route> routes, int shard, Query query) {
        for (var route : routes) {
            if (route.shard() == shard && route.local()) {
                return find(keys.store(route), query);
            }
        }
        throw new Failure(
                Failure.Kind.UNAVAILABLE, "shard " + shard + " is not here; the view is changing");
    }

    /** A key that has moved has versions in several shards; each version counts once. */
    private Versions gather(List<Route> routes, Query query) {
        var remote = new ArrayList<Future<JsonNode>>();
        for (var route : routes) {
            if (!route.local()) {
                var path = query.path(route.shard());
                remote.add(scatter.first(route.members(), path, 0));
            }
        }
        var all = new TreeMap<Long, Entry>();
        long end = Long.MAX_VALUE;
        boolean known = false;
        for (var route : routes) {
            if (route.local()) {
                var store = keys.store(route);
                known |= store.reads().newestAt(query.key, Long.MAX_VALUE) != null;
                var page = find(store, query);
                page.versions.forEach(e -> all.put(e.version, e));
                end = Math.min(end, page.next == null ? end : page.next);
            }
        }
        for (var answer : remote) {
            var page = Await.on(answer);
            page.path("versions").forEach(e -> all.put(e.path("version").asLong(), Entry.of(e)));
            end = Math.min(end, page.hasNonNull("next") ? page.path("next").asLong() : end);
        }
        if (all.isEmpty() && !known) {
            throw Keys.missing(query.key, ReadResult.Why.NO_KEY);
        }
        var found = new ArrayList<Entry>();
        for (var entry : all.values()) {
            if (found.size() == query.limit || entry.version >= end) {
                return new Versions(found, entry.version);
            }
            found.add(entry);
        }
        return new Versions(found, end == Long.MAX_VALUE ? null : end);
    }

    /** An end of the range, as a version and a time of which only one says something. */
    private record Bound(long version, long micros) {

        /** As {@link #of} reads it. */
        String text() {
            boolean time = micros != Long.MIN_VALUE && micros != Long.MAX_VALUE;
            return time ? Times.rfc3339(micros) : Long.toString(version);
        }

        static Bound of(String name, @Nullable String text, Bound open) {
            if (text == null) {
                return open;
            }
            return Times.isNumber(text)
                    ? new Bound(Times.number(name, text), open.micros)
                    : new Bound(open.version, Times.micros(name, text));
        }
    }

    private static Versions find(ShardStore store, Query query) {
        var found = new ArrayList<Entry>();
        long from = query.first.version;
        while (true) {
            var page = store.history(query.key, from, query.last.version, PAGE);
            for (var object : page) {
                long micros = object.timestamp();
                if (micros < query.first.micros || micros > query.last.micros) {
                    continue;
                }
                if (found.size() == query.limit) {
                    return new Versions(found, object.version());
                }
                found.add(Entry.of(object, store.kept().label(query.key, object.version())));
            }
            if (page.size() < PAGE) {
                return new Versions(found, null);
            }
            from = page.getLast().version() + 1;
        }
    }

    /** A limit as asked for. */
    static int limit(String text, int max) {
        long limit = Times.number("limit", text);
        if (limit < 1 || limit > max) {
            throw new Failure(
                    Failure.Kind.INVALID, "limit is %d; allowed are 1 to %d".formatted(limit, max));
        }
        return (int) limit;
    }
}
