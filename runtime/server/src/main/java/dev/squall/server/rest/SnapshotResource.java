package dev.squall.server.rest;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys at one time T, without a lock: each shard answers once its past is complete up to
 * T, so together the answers are one consistent cut, which never changes. Shards that are held on
 * other nodes are asked there, by the same call for one shard each.
 *
 * <p>Without a T it is the smallest of the times that the shards have settled, so that nobody has
 * to wait: on a quiet cluster a heartbeat ago ({@code Heartbeat}). To see a put of one's own, name
 * the time that it was answered with.
 */
@Path("/v1/snapshot")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
public final class SnapshotResource {

    /** Keys in one snapshot. */
    static final int KEYS_MAX = 1_000;

    /** Bytes of all objects in one snapshot: 8 MiB, which another member answers in Base64. */
    static final int BYTES_MAX = 8 << 20;

    private final Node node;
    private final Keys keys;
    private final Scatter scatter;

    SnapshotResource(Node node, Keys keys, Scatter scatter) {
        this.node = node;
        this.keys = keys;
        this.scatter = scatter;
    }

    /** How the keys of one shard are read. */
    private record Query(long at, long waitMillis, boolean bytes) {

        String path(Route route, List<String> keys) {
            return keys.stream()
                    .map(key -> "&key=" + KeyPath.parameter(key))
                    .collect(
                            Collectors.joining(
                                    "",
                                    "/v1/snapshot?shard=%d&at=%d&wait=%dms&bytes=%b"
                                            .formatted(route.shard(), at, waitMillis, bytes),
                                    ""));
        }
    }

    /** The keys of a request that lie in one shard. */
    private record Share(Route route, List<String> keys) {}

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "snapshot",
            summary = "Read several keys in one consistent cut",
            description =
                    "All keys as of one time, whichever shards and pools they lie in. Without a"
                            + " time: the newest that all these shards have settled.")
    @APIResponse(responseCode = "200", description = "The objects, in the order of the request")
    @APIResponse(responseCode = "404", description = "There is no such pool")
    @APIResponse(responseCode = "413", description = "More keys or bytes than a snapshot may have")
    @APIResponse(responseCode = "425", description = "The time asked for has not passed yet")
    public Snapshot read(
            @Parameter(description = "A key, up to 1000 times", required = true) @QueryParam("key")
                    List<String> key,
            @Parameter(description = "As of this time, RFC 3339 or microseconds since 1970")
                    @QueryParam("at")
                    @Nullable String at,
            @QueryParam("wait") @Nullable String wait,
            @Parameter(description = "false: versions, times and sizes only")
                    @QueryParam("bytes")
                    @DefaultValue("true")
                    boolean bytes,
            @Parameter(hidden = true) @QueryParam("shard") @DefaultValue("-1") int shard,
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        if (key.size() > KEYS_MAX) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "%d keys; a snapshot has at most %d: read the others at the same time"
                            .formatted(key.size(), KEYS_MAX));
        }
        long waitMillis = Moment.waitMillis(wait);
        long micros = at == null ? 0 : Times.micros("at", at);
        if (forwarded != null) {
            return share(shard, key, new Query(micros, waitMillis, bytes));
        }
        if (key.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "key is missing: /v1/snapshot?key=/pool/name");
        }
        long time = at == null ? settled(shares(key, Long.MAX_VALUE)) : micros;
        return gather(key, shares(key, time), new Query(time, waitMillis, bytes));
    }

    /** What another member asks of one shard: its keys at a time; without keys, how far it is. */
    private Snapshot share(int shard, List<String> wanted, Query query) {
        long settled = node.settledTime(shard);
        if (wanted.isEmpty()) {
            if (settled == 0) {
                throw notHere(shard);
            }
            return new Snapshot(settled, List.of());
        }
        for (var key : wanted) {
            var route = keys.routeAt(key, query.at);
            if (route.shard() != shard || !here(route)) {
                throw notHere(shard);
            }
        }
        var route = keys.routeAt(wanted.getFirst(), query.at);
        var found = new Found();
        local(new Share(route, wanted), query, found);
        return found.in(wanted, query.at);
    }

    private static Failure notHere(int shard) {
        return new Failure(
                Failure.Kind.UNAVAILABLE, "shard " + shard + " is not here; the view is changing");
    }

    private List<Share> shares(List<String> wanted, long micros) {
        var byShard = new TreeMap<String, Share>();
        for (var key : wanted) {
            var route = keys.routeAt(key, micros);
            var place = route.shard() + " " + route.source();
            byShard.computeIfAbsent(place, _ -> new Share(route, new ArrayList<>()))
                    .keys()
                    .add(key);
        }
        return List.copyOf(byShard.values());
    }

    private boolean here(Route route) {
        return route.local() && node.store(route.shard()).isPresent();
    }

    /** The newest time that all of these shards have settled. */
    private long settled(List<Share> shares) {
        var remote = new ArrayList<Future<JsonNode>>();
        long least = Long.MAX_VALUE;
        for (var share : shares) {
            int shard = share.route.shard();
            long time = here(share.route) ? node.settledTime(shard) : 0;
            if (time > 0) {
                least = Math.min(least, time);
            } else {
                var path = "/v1/snapshot?shard=" + shard;
                remote.add(scatter.first(share.route.members(), path, 0));
            }
        }
        for (var answer : remote) {
            least = Math.min(least, Await.on(answer).path("at").asLong());
        }
        return least;
    }

    private Snapshot gather(List<String> wanted, List<Share> shares, Query query) {
        var remote = new ArrayList<Future<JsonNode>>();
        for (var share : shares) {
            if (!here(share.route)) {
                var path = query.path(share.route, share.keys);
                remote.add(scatter.first(share.route.members(), path, query.waitMillis));
            }
        }
        var found = new Found();
        for (var share : shares) {
            if (here(share.route)) {
                local(share, query, found);
            }
        }
        for (var answer : remote) {
            for (var item : Await.on(answer).path("objects")) {
                found.add(Snapshot.Item.of(item));
            }
        }
        return found.in(wanted, query.at);
    }

    private void local(Share share, Query query, Found found) {
        for (var key : share.keys) {
            var result = Await.on(node.reads().at(key, query.at, query.waitMillis));
            found.add(Snapshot.Item.of(key, result, query.bytes));
        }
    }

    /** What has been read so far. */
    private static final class Found {
        private final Map<String, Snapshot.Item> items = new HashMap<>();
        private long bytes;

        void add(Snapshot.Item item) {
            var size = item.base64() == null ? null : item.size();
            boolean fresh = items.put(item.key(), item) == null;
            bytes += fresh && size != null ? size : 0;
            if (bytes > BYTES_MAX) {
                throw new Failure(
                        Failure.Kind.TOO_LARGE,
                        "%d bytes up to %s; a snapshot has at most %d: ask for fewer keys, or for"
                                .concat(" bytes=false and each object by its version")
                                .formatted(bytes, item.key(), BYTES_MAX));
            }
        }

        Snapshot in(List<String> wanted, long at) {
            var objects = new ArrayList<Snapshot.Item>();
            for (var key : wanted) {
                var item = items.get(key);
                if (item == null) {
                    throw new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "no answer for %s; the view is changing".formatted(key));
                }
                objects.add(item);
            }
            return new Snapshot(at, objects);
        }
    }
}
