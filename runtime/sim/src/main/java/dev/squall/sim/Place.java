package dev.squall.sim;

import dev.squall.base.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key and the member that is asked for it.
 *
 * @param shard where the key lies
 * @param at a life of a member that holds it
 */
record Place(String key, int shard, SimNode.Life at) {

    /** Some member that holds a key, as some node knows it; null when nobody says. */
    static @Nullable Place of(String key, List<SimNode> nodes, Chance chance) {
        var asked = chance.oneOf(nodes).life();
        if (asked == null) {
            return null;
        }
        try {
            var route = asked.core().route(key);
            var members = route.members(); // none, while its shards begin
            var member =
                    members.isEmpty() ? null : nodes.get(chance.oneOf(members).id() - 1).life();
            return member == null ? null : new Place(key, route.shard(), member);
        } catch (Failure _) {
            return null; // no such pool yet, or the node has just started
        }
    }
}
