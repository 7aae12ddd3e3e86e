package dev.squall.node;

import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import dev.squall.view.Decision;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which members make up which shard in the current view: a fold over the views and pools that the
 * system shard's log tells of, and so the same at every node and after every restart. Immutable.
 *
 * <p>A shard's members are those of the view with the highest rendezvous scores for it, so a change
 * of the view moves only what must move. Who held the shard before fills the others, and stays a
 * member until they are filled. A persistent shard of which nobody is left who holds it waits for
 * them; a volatile one goes on with what is left of it.
 *
 * @param view the newest view that the log tells of; 0 = none yet
 * @param members that view's members
 * @param places by shard number, without the system shard
 */
record ShardMap(long view, List<Member> members, Map<Integer, ShardPlace> places) {

    /** Before the first view. */
    static final ShardMap EMPTY = new ShardMap(0, List.of(), Map.of());

    ShardMap {
        members = List.copyOf(members);
        places = Map.copyOf(places);
    }

    /** Where a shard is, or null. */
    @Nullable ShardPlace place(int shard) {
        return places.get(shard);
    }

    /** With a new pool, whose shards are empty everywhere. */
    ShardMap with(PoolSpec pool, int firstShard) {
        var next = new HashMap<>(places);
        for (int i = 0; i < pool.shards(); i++) {
            next.put(firstShard + i, fresh(members, pool, i, view));
        }
        return new ShardMap(view, members, next);
    }

    /** Without a pool. */
    ShardMap without(PoolSpec pool, int firstShard) {
        var next = new HashMap<>(places);
        for (int i = 0; i < pool.shards(); i++) {
            next.remove(firstShard + i);
        }
        return new ShardMap(view, members, next);
    }

    /** In the next view. */
    ShardMap after(Decision decision, Iterable<Metadata.Pool> pools) {
        var next = new HashMap<Integer, ShardPlace>();
        for (var pool : pools) {
            for (int i = 0; i < pool.spec().shards(); i++) {
                int shard = pool.firstShard() + i;
                var before = places.get(shard);
                if (before != null) {
                    next.put(shard, move(shard, i, pool.spec(), before, decision));
                }
            }
        }
        return new ShardMap(decision.view().id(), decision.view().members(), next);
    }

    private static ShardPlace fresh(List<Member> from, PoolSpec pool, int index, long view) {
        var members = Layout.members(from, pool.name(), index, pool.replicas());
        return new ShardPlace(
                members, members.stream().map(Member::id).toList(), List.of(), view, view);
    }

    private static ShardPlace move(
            int shard, int index, PoolSpec pool, ShardPlace before, Decision decision) {
        var view = decision.view();
        var last = before.held();
        if (last.members().isEmpty()) {
            return fresh(view.members(), pool, index, view.id()); // made before the first view
        }
        boolean persistent = pool.store() == StoreKind.PERSISTENT;
        var whole = decision.holders(shard, last);
        var holders = whole.isEmpty() && !persistent ? decision.remains(shard, last) : whole;
        if (holders.isEmpty()) {
            return persistent
                    ? new ShardPlace(
                            List.of(), last.holders(), last.members(), last.placed(), last.made())
                    : fresh(view.members(), pool, index, view.id());
        }
        var members =
                new ArrayList<>(
                        Layout.members(view.members(), pool.name(), index, pool.replicas()));
        if (!members.stream().allMatch(m -> holders.contains(m.id()))) {
            // Who holds it stays until the others are filled: the next change lets it go.
            for (int node : holders) {
                var seat = view.seat(node);
                if (seat != null && !members.contains(seat.member())) {
                    members.add(seat.member());
                }
            }
        }
        var holding = members.stream().map(Member::id).filter(holders::contains).toList();
        return new ShardPlace(members, holding, List.of(), view.id(), last.made());
    }
}
