package dev.squall.node;

import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Senders;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who makes up the shards of a view: a pure function of its members and the pools, so that every
 * node comes to the same.
 *
 * <p><b>Wanted</b> of a shard are, of the members that its pool may use, those with the highest
 * rendezvous scores. A pool that names members may use these alone; any other may use all that no
 * pool has for itself. When all who are wanted hold the shard, it lies on them, and if they are
 * fewer than its minimum, on who else holds it. Otherwise whoever holds it stays beside them until
 * they are filled.
 *
 * <p><b>Rank.</b> Those who hold the shard come first, so that the leader is one of them. Whoever
 * fills the others sends what they lack in the shard's order, and so is a sender then.
 *
 * <p>A member that a pool has for itself gives up what it holds of others as soon as others are
 * filled: named members are a wish of their owner, and a minimum comes before it.
 */
final class Arrangement {

    private final List<Member> members;
    private final Set<Integer> reserved = new TreeSet<>();

    /**
     * @param members of the view
     * @param pools all of them
     */
    Arrangement(List<Member> members, Iterable<Metadata.Pool> pools) {
        this.members = members;
        for (var pool : pools) {
            var layout = pool.spec().layout();
            if (layout.exclusive()) {
                reserved.addAll(layout.members());
            }
        }
    }

    private Arrangement(List<Member> members, Set<Integer> reserved) {
        this.members = members;
        this.reserved.addAll(reserved);
    }

    /** The same for a shard that only these can hold: the disks of the others do not let them. */
    Arrangement among(List<Member> able) {
        return able.containsAll(members) ? this : new Arrangement(able, reserved);
    }

    /** Members and senders of a shard, in rank order. */
    record Placed(List<Member> members, List<Integer> senders) {

        /** Whether others would make it up, or send in it. */
        boolean differs(ShardPlace place) {
            return !Set.copyOf(members).equals(Set.copyOf(place.members()))
                    || !Set.copyOf(senders).equals(Set.copyOf(place.senders()));
        }
    }

    /**
     * Where a shard lies that nobody holds yet: all its members do from the beginning.
     *
     * @param guests who is a member as well, as long as keys move
     */
    Placed fresh(PoolSpec pool, int index, List<Member> guests) {
        var wanted = wanted(pool, index, guests);
        return new Placed(wanted, senders(sending(pool, guests), wanted, ids(wanted)));
    }

    /** Whoever brings keys sends them: while they move, all members send. */
    private static Senders sending(PoolSpec pool, List<Member> guests) {
        return guests.isEmpty() ? pool.layout().senders() : new Senders.All();
    }

    /**
     * Where a shard lies that somebody holds.
     *
     * @param holders node ids of those who hold it; at least one is a member
     * @param guests who is a member as well, as long as keys move
     */
    Placed of(PoolSpec pool, int index, List<Integer> holders, List<Member> guests) {
        var wanted = wanted(pool, index, guests);
        boolean filled = holders.containsAll(ids(wanted));
        int least = filled ? pool.layout().minReplicas() : Integer.MAX_VALUE;
        var seated = new ArrayList<>(wanted);
        for (var member : Layout.members(holding(holders), pool.name(), index, members.size())) {
            if (seated.size() < least && !seated.contains(member)) {
                seated.add(member);
            }
        }
        var ranked = new ArrayList<>(seated.stream().filter(m -> holds(m, holders)).toList());
        seated.stream().filter(m -> !holds(m, holders)).forEach(ranked::add);
        return new Placed(ranked, senders(sending(pool, guests), ranked, holders));
    }

    private List<Member> wanted(PoolSpec pool, int index, List<Member> guests) {
        var allowed = members.stream().filter(m -> mayUse(pool.layout(), m.id())).toList();
        var wanted = Layout.members(allowed, pool.name(), index, pool.replicas());
        var able = guests.stream().filter(members::contains); // no guest whose disk does not let it
        return Stream.concat(wanted.stream(), able).distinct().toList();
    }

    private boolean mayUse(PoolLayout layout, int node) {
        return layout.members().isEmpty()
                ? !reserved.contains(node)
                : layout.members().contains(node);
    }

    private List<Member> holding(List<Integer> holders) {
        return members.stream().filter(m -> holds(m, holders)).toList();
    }

    private static boolean holds(Member member, List<Integer> holders) {
        return holders.contains(member.id());
    }

    private static List<Integer> ids(List<Member> members) {
        return members.stream().map(Member::id).toList();
    }

    /** The first of the ranked fills the others, if these lack anything. */
    private static List<Integer> senders(
            Senders wanted, List<Member> ranked, List<Integer> holders) {
        var ids = ids(ranked);
        return switch (wanted) {
            case Senders.All() -> ids;
            case Senders.Leader() -> ids.stream().limit(1).toList();
            case Senders.Named(var named) -> named(named, ids, holders);
        };
    }

    private static List<Integer> named(
            List<Integer> named, List<Integer> ids, List<Integer> holders) {
        var chosen = new ArrayList<>(ids.stream().filter(named::contains).toList());
        boolean able = chosen.stream().anyMatch(holders::contains);
        boolean fills = !holders.containsAll(ids);
        if ((!able || fills) && !ids.isEmpty() && !chosen.contains(ids.getFirst())) {
            chosen.addFirst(ids.getFirst());
        }
        return chosen;
    }
}
