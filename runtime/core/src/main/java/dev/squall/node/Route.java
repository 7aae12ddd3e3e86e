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
 * @param source the number of the shard that it comes from and has to be looked for in, too; -1 =
 *     none
 * @param map the view that began the pool's map by which this was found
 * @param members who hold the shard, its leader first; with a source, those who hold both
 * @param senders those of them who take puts
 * @param local whether this node is one of them
 * @param sends whether this node takes puts of it
 * @param runner the member that runs the key's logic
 */
public record Route(
        PoolSpec pool,
        int index,
        int shard,
        int source,
        long map,
        List<Member> members,
        List<Member> senders,
        boolean local,
        boolean sends,
        Member runner) {

    /** With only the members that another route to the same shard has, too. */
    Route and(Route other) {
        return other.source == source
                ? this
                : new Route(
                        pool,
                        index,
                        shard,
                        source,
                        map,
                        members.stream().filter(other.members::contains).toList(),
                        senders.stream().filter(other.senders::contains).toList(),
                        local && other.local,
                        sends && other.sends,
                        runner);
    }
}
