package dev.squall.store;

import dev.squall.base.Failure;
import java.util.List;
import java.util.TreeSet;

/**
 * On which members a pool's shards may lie, how many a shard needs, and which of them send: what
 * Derecho's layout says of a subgroup (minimum and reserved nodes, senders).
 *
 * @param minReplicas a shard that fewer members hold takes no puts
 * @param members node ids of those that its shards may use, sorted; empty = all that no other pool
 *     has for itself
 * @param exclusive whether only pools that name these members may use them
 * @param senders which members of a shard take puts
 */
public record PoolLayout(
        int minReplicas, List<Integer> members, boolean exclusive, Senders senders) {

    /** Anywhere, with one member or more, all of which send. */
    public static final PoolLayout ANY = new PoolLayout(1, List.of(), false, Senders.ALL);

    /** The most node ids that a pool names. */
    public static final int IDS_MAX = 64;

    public PoolLayout {
        members = ids("members", members);
        if (minReplicas < 1) {
            throw invalid("minReplicas is " + minReplicas + "; at least 1 is needed");
        }
        if (exclusive && members.isEmpty()) {
            throw invalid("exclusive is true, but members names nobody");
        }
        if (senders instanceof Senders.Named(var ids) && !members.isEmpty()) {
            for (int id : ids) {
                if (!members.contains(id)) {
                    throw invalid(
                            "senders names %d, which is not among members %s"
                                    .formatted(id, members));
                }
            }
        }
    }

    /** Fits with the number of members that are wanted of each shard. */
    void check(int replicas) {
        if (minReplicas > replicas) {
            throw invalid(
                    "minReplicas is %d; replicas is %d, and it cannot be more"
                            .formatted(minReplicas, replicas));
        }
        if (!members.isEmpty() && replicas > members.size()) {
            throw invalid(
                    "replicas is %d, but members names %d: %s"
                            .formatted(replicas, members.size(), members));
        }
    }

    static List<Integer> ids(String what, List<Integer> ids) {
        if (ids.size() > IDS_MAX) {
            throw invalid(
                    "%s names %d nodes; the limit is %d".formatted(what, ids.size(), IDS_MAX));
        }
        var sorted = new TreeSet<>(ids);
        if (sorted.size() < ids.size()) {
            throw invalid("%s names a node twice: %s".formatted(what, ids));
        }
        if (!sorted.isEmpty() && sorted.getFirst() < 1) {
            throw invalid("%s names node %d; ids begin at 1".formatted(what, sorted.getFirst()));
        }
        return List.copyOf(sorted);
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
