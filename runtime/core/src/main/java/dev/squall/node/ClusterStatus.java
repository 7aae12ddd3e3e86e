package dev.squall.node;

import java.util.List;
import java.util.Map;

/**
 * The cluster as this node sees it.
 *
 * @param cluster its name
 * @param view the view's id; 0 before the first
 * @param viewMembers the ids of that view's members
 * @param node this node's id
 * @param state this node's phase, in lower case
 * @param reason why it does not serve; empty when it does
 * @param members the members of the view, and who else is configured
 * @param shards the shards held here, and those that wait for whoever holds them
 * @param pools the pools
 */
public record ClusterStatus(
        String cluster,
        long view,
        List<Integer> viewMembers,
        int node,
        String state,
        String reason,
        List<MemberStatus> members,
        List<ShardStatus> shards,
        List<PoolStatus> pools) {

    /** A member. What only the member itself knows is 0 or empty for others. */
    public record MemberStatus(
            int id,
            String address,
            String rest,
            long pid,
            String site,
            String tier,
            int cores,
            long memoryBytes,
            int gpus,
            List<String> models,
            boolean alive) {}

    /** How far a member is in a shard's order; persisted as a version. */
    public record Frontiers(long received, long stable, long persisted) {}

    /** A shard held here. */
    public record ShardStatus(
            String pool,
            int shard,
            int id,
            List<Integer> members,
            int leader,
            List<Integer> senders,
            String state,
            String reason,
            long frontierMicros,
            Map<Integer, Frontiers> frontiers) {}

    /** A pool; keys, bytes and puts are those of the shards held here. */
    public record PoolStatus(
            String name,
            String store,
            int shards,
            int replicas,
            long keys,
            long bytes,
            long puts,
            long putBytes) {}
}
