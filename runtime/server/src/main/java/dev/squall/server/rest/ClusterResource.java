package dev.squall.server.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Key;
import dev.squall.node.ClusterStatus.MemberStatus;
import dev.squall.node.ClusterStatus.PoolStatus;
import dev.squall.node.ClusterStatus.ShardStatus;
import dev.squall.node.Node;
import dev.squall.server.http.Await;
import dev.squall.server.metrics.ShardRates;
import dev.squall.server.rest.ClusterReply.PoolReply;
import dev.squall.server.rest.ClusterReply.ShardReply;
import dev.squall.server.route.MemberClient;
import dev.squall.server.route.Scatter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The members, the shards and how far they are. What only others know, they are asked for. */
@Path("/v1/cluster")
@Tag(name = "cluster")
@Produces(MediaType.APPLICATION_JSON)
public final class ClusterResource {

    private final Node node;
    private final ShardRates rates;
    private final Scatter scatter;
    private final ObjectMapper json;

    ClusterResource(Node node, ShardRates rates, Scatter scatter, ObjectMapper json) {
        this.node = node;
        this.rates = rates;
        this.scatter = scatter;
        this.json = json;
    }

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "getCluster",
            summary = "Show the cluster",
            description =
                    "The view, its members, every shard with the frontiers of its members, and"
                            + " each pool's rates.")
    public ClusterReply get(
            @Parameter(hidden = true) @HeaderParam(MemberClient.FORWARDED)
                    @Nullable String forwarded) {
        var status = node.status();
        var shards = new TreeMap<Integer, ShardReply>();
        for (var shard : status.shards()) {
            if (!shard.pool().equals(Key.SYSTEM_POOL)) {
                shards.put(shard.id(), reply(shard));
            }
        }
        var members = new TreeMap<Integer, MemberStatus>();
        status.members().forEach(m -> members.put(m.id(), m));
        List<Integer> missing = List.of();
        if (forwarded == null) {
            var answers = Await.on(scatter.all("/v1/cluster"));
            answers.bodies().forEach(body -> add(body, shards, members));
            missing = answers.missing();
        }
        return new ClusterReply(
                status.cluster(),
                status.view(),
                status.viewMembers(),
                status.node(),
                status.state(),
                status.reason(),
                List.copyOf(members.values()),
                shards.values().stream()
                        .sorted(
                                Comparator.comparing(ShardReply::pool)
                                        .thenComparingInt(ShardReply::shard))
                        .toList(),
                pools(status.pools(), shards.values()),
                missing);
    }

    private ShardReply reply(ShardStatus shard) {
        var store = node.store(shard.id());
        var rate = rates.of(shard.id());
        return new ShardReply(
                shard.pool(),
                shard.shard(),
                shard.id(),
                shard.members(),
                shard.leader(),
                shard.senders(),
                shard.state(),
                shard.reason(),
                shard.frontierMicros(),
                shard.frontiers(),
                store.map(s -> (long) s.keyCount()).orElse(0L),
                store.map(s -> s.log().bytes()).orElse(0L),
                store.map(s -> s.room().used()).orElse(0L),
                store.map(s -> s.room().budget()).orElse(0L),
                store.map(s -> s.puts()).orElse(0L),
                store.map(s -> s.putBytes()).orElse(0L),
                rate.puts(),
                rate.bytes());
    }

    /** Adds what another member knows of itself and of shards that are not here. */
    private void add(
            JsonNode body, Map<Integer, ShardReply> shards, Map<Integer, MemberStatus> members) {
        ClusterReply other;
        try {
            other = json.treeToValue(body, ClusterReply.class);
        } catch (JsonProcessingException _) {
            return; // a member of another version
        }
        other.shards().forEach(shard -> shards.putIfAbsent(shard.id(), shard));
        for (var member : other.members()) {
            var seen = members.get(member.id());
            if (member.id() == other.node() && seen != null) {
                members.put(member.id(), alive(member, seen.alive()));
            }
        }
    }

    private static MemberStatus alive(MemberStatus member, boolean alive) {
        return new MemberStatus(
                member.id(),
                member.address(),
                member.rest(),
                member.pid(),
                member.site(),
                member.tier(),
                member.cores(),
                member.memoryBytes(),
                member.gpus(),
                member.models(),
                alive);
    }

    private static List<PoolReply> pools(List<PoolStatus> pools, Collection<ShardReply> shards) {
        var replies = new ArrayList<PoolReply>();
        for (var pool : pools) {
            var own = shards.stream().filter(s -> s.pool().equals(pool.name())).toList();
            replies.add(
                    new PoolReply(
                            pool.name(),
                            pool.store(),
                            pool.shards(),
                            pool.replicas(),
                            own.stream().mapToLong(ShardReply::keys).sum(),
                            own.stream().mapToLong(ShardReply::bytes).sum(),
                            own.stream().mapToLong(ShardReply::usedBytes).max().orElse(0),
                            own.stream().mapToLong(ShardReply::budgetBytes).max().orElse(0),
                            own.stream().mapToLong(ShardReply::puts).sum(),
                            own.stream().mapToLong(ShardReply::putBytes).sum(),
                            own.stream().mapToDouble(ShardReply::putsPerSecond).sum(),
                            own.stream().mapToDouble(ShardReply::bytesPerSecond).sum()));
        }
        return replies;
    }
}
