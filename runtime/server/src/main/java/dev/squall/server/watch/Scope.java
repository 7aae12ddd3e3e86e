package dev.squall.server.watch;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.problem.Refusal;
import dev.squall.server.rest.Prefix;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a watch follows: the shards of all pools in which keys under its prefix may lie. They may
 * come and go while it lasts.
 *
 * @param prefix the prefix of its keys
 * @param only the one shard that another member asks for, from what is held here; -1 = all
 */
record Scope(String prefix, int only) {

    private static final int ALL = -1;

    /** The scope of a request, which another member may have passed on. */
    static Scope of(String prefix, boolean forwarded, int shard) {
        Prefix.check(prefix);
        return new Scope(prefix, forwarded ? shard : ALL);
    }

    /** Whether another member reads here. */
    boolean forwarded() {
        return only != ALL;
    }

    /**
     * The numbers of its shards now.
     *
     * @throws Refusal when its pool is not there
     * @throws Failure when this node does not know
     */
    Set<Integer> shards(Node node) {
        var all = new TreeSet<>(Prefix.shardNumbers(node, prefix));
        if (forwarded()) {
            all.retainAll(Set.of(only));
            if (all.isEmpty() || node.store(only).isEmpty()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "shard " + only + " is not here; the view is changing");
            }
        }
        return all;
    }
}
