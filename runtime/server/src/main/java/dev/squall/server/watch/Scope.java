package dev.squall.server.watch;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.problem.Refusal;
import dev.squall.server.rest.Prefix;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a watch follows.
 *
 * @param prefix the prefix of its keys
 * @param routes the shards in which they may lie, or one of them
 * @param whole whether these are all: then new ones belong to it too
 */
record Scope(String prefix, List<Route> routes, boolean whole) {

    /** The shards of a prefix; of those only one held here when another member asks for it. */
    static Scope of(Node node, String prefix, boolean forwarded, int shard) {
        var all = Prefix.shards(node, Prefix.check(prefix));
        if (!forwarded) {
            return new Scope(prefix, all, true);
        }
        var one = all.stream().filter(r -> r.shard() == shard && r.local()).toList();
        if (one.isEmpty()) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "shard " + shard + " is not here; the view is changing");
        }
        return new Scope(prefix, one, false);
    }

    /** Whether the prefix has other shards by now. */
    boolean changed(Node node) {
        Set<Integer> now;
        try {
            now = shards(Prefix.shards(node, prefix));
        } catch (Refusal _) {
            return true; // its pool was deleted
        } catch (Failure _) {
            return false; // the node does not know at the moment
        }
        var then = shards(routes);
        return whole ? !now.equals(then) : !now.containsAll(then);
    }

    private static Set<Integer> shards(List<Route> routes) {
        return routes.stream().map(Route::shard).collect(Collectors.toSet());
    }
}
