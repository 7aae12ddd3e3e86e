package dev.squall.view;

import dev.squall.base.Rendezvous;
import java.util.Comparator;
import java.util.List;

/**
 * Which members hold a shard: those with the highest rendezvous scores, best first. So shards
 * spread evenly, their leaders too, and a new member takes over only its share.
 */
public final class Layout {

    private Layout() {}

    /**
     * The members of a shard in rank order; the first is its leader.
     *
     * @param from the view's members
     * @param pool the shard's pool
     * @param index the shard's index in the pool
     * @param replicas how many are wanted; fewer when the view has fewer
     */
    public static List<Member> members(List<Member> from, String pool, int index, int replicas) {
        long hash = Rendezvous.hash(pool + "#" + index);
        Comparator<Member> byScore =
                (a, b) ->
                        Long.compareUnsigned(
                                Rendezvous.score(hash, b.id()), Rendezvous.score(hash, a.id()));
        return from.stream().sorted(byScore).limit(replicas).toList();
    }

    /** The member of a shard that runs the logic of a key. */
    public static Member runner(List<Member> members, String key) {
        long hash = Rendezvous.hash(key);
        Member best = members.getFirst();
        for (var m : members) {
            if (Long.compareUnsigned(
                            Rendezvous.score(hash, m.id()), Rendezvous.score(hash, best.id()))
                    > 0) {
                best = m;
            }
        }
        return best;
    }
}
