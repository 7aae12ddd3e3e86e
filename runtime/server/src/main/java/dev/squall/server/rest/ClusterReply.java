package dev.squall.server.rest;

import dev.squall.node.ClusterStatus.Frontiers;
import dev.squall.node.ClusterStatus.MemberStatus;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The cluster, as its members see it together.
 *
 * @param node who answers
 * @param missing members whose own figures are not in here, for they did not answer
 */
@Schema(name = "Cluster")
public record ClusterReply(
        String cluster,
        @Schema(description = "The view's id") long view,
        @Schema(description = "The ids of the view's members") List<Integer> viewMembers,
        int node,
        String state,
        String reason,
        List<MemberStatus> members,
        List<ShardReply> shards,
        List<PoolReply> pools,
        List<Integer> missing) {

    /** A shard, with the figures of one member that holds it. */
    @Schema(name = "Shard")
    public record ShardReply(
            String pool,
            @Schema(description = "Its index in the pool") int shard,
            @Schema(description = "Its number in the cluster") int id,
            List<Integer> members,
            int leader,
            @Schema(description = "Those of the members that take puts") List<Integer> senders,
            String state,
            String reason,
            @Schema(description = "Its past is complete up to here, microseconds since 1970")
                    long frontierMicros,
            @Schema(description = "By member; persisted is a version, the others count messages")
                    Map<Integer, Frontiers> frontiers,
            long keys,
            long bytes,
            @Schema(description = "Bytes in use, as the pool's budget counts them") long usedBytes,
            @Schema(description = "Bytes that there may be; 0 = no budget") long budgetBytes,
            long puts,
            long putBytes,
            double putsPerSecond,
            double bytesPerSecond) {}

    /** A pool, with the sums of its shards. */
    @Schema(name = "PoolFigures")
    public record PoolReply(
            String name,
            String store,
            int shards,
            int replicas,
            long keys,
            long bytes,
            @Schema(description = "Bytes in use of the fullest shard") long usedBytes,
            @Schema(description = "Bytes that each shard may use; 0 = no budget") long budgetBytes,
            long puts,
            long putBytes,
            double putsPerSecond,
            double bytesPerSecond) {}
}
