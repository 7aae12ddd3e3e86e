package dev.squall.node;

import dev.squall.store.PoolSpec;
import dev.squall.view.Member;
import java.util.List;

/**
 * Where a key lives.
 *
 * @param pool its pool
 * @param index its shard in the pool
 * @param shard the shard's number in the cluster
 * @param members who hold the shard, its leader first
 * @param senders those of them who take puts
 * @param local whether this node holds the shard
 * @param sends whether this node takes puts of it
 * @param runner the member that runs the key's logic
 */
public record Route(
        PoolSpec pool,
        int index,
        int shard,
        List<Member> members,
        List<Member> senders,
        boolean local,
        boolean sends,
        Member runner) {}
