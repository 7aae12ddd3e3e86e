package dev.squall.node;

import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which members make up which shard in the current view: a fold over the views and pools that the
 * system shard's log tells of, and so the same at every node and after every restart. Immutable.
 *
 * <p>A shard's members are those with the highest rendezvous scores for it (see {@link
 * Arrangement}), so a change of the view moves only what must move. Who held the shard before fills
 * the others, and stays a member until they are filled. A persistent shard of which nobody is left
 * who holds it waits for them; a volatile one goes on with what is left of it.
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
        places = Collections.unmodifiableMap(new TreeMap<>(places));
    }

    /** Where a shard is, or null. */
    @Nullable ShardPlace place(int shard) {
        return places.get(shard);
    }

    /**
     * With a new pool, whose shards are empty everywhere.
     *
     * @param pools all of them, the new one too
     */
    ShardMap with(PoolSpec pool, int firstShard, Iterable<Metadata.Pool> pools) {
        var next = new HashMap<>(places);
        var arrangement = new Arrangement(members, pools);
        for (int i = 0; i < pool.shards(); i++) {
            next.put(firstShard + i, ShardPlace.fresh(arrangement.fresh(pool, i), view));
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
        var arrangement = new Arrangement(decision.view().members(), pools);
        for (var pool : pools) {
            for (int i = 0; i < pool.spec().shards(); i++) {
                int shard = pool.firstShard() + i;
                var before = places.get(shard);
                if (before != null) {
                    next.put(shard, move(shard, i, pool.spec(), before, decision, arrangement));
                }
            }
        }
        return new ShardMap(decision.view().id(), decision.view().members(), next);
    }

    private static ShardPlace move(
            int shard,
            int index,
            PoolSpec pool,
            ShardPlace before,
            Decision decision,
            Arrangement arrangement) {
        long view = decision.view().id();
        var last = before.held();
        if (last.members().isEmpty()) { // made before the first view, or nobody could take it
            return ShardPlace.fresh(arrangement.fresh(pool, index), view);
        }
        boolean persistent = pool.store() == StoreKind.PERSISTENT;
        var whole = decision.holders(shard, last);
        var holders = whole.isEmpty() && !persistent ? decision.remains(shard, last) : whole;
        if (holders.isEmpty()) {
            return persistent
                    ? ShardPlace.waiting(last)
                    : ShardPlace.fresh(arrangement.fresh(pool, index), view);
        }
        var at = arrangement.among(decision.able(shard)).of(pool, index, holders);
        var holding = at.members().stream().map(Member::id).filter(holders::contains).toList();
        // What remains of a log nobody has whole may have gaps: it is another shard's from now on.
        long made = whole.isEmpty() ? view : last.made();
        return new ShardPlace(at.members(), at.senders(), holding, List.of(), view, made);
    }

    /**
     * Whether some shard would lie elsewhere, or others would send in it, if a view began now: its
     * members are all filled by then, so that a holder too many can go; or a pool has taken members
     * for itself, or given them back.
     */
    boolean provisional(Iterable<Metadata.Pool> pools) {
        var arrangement = new Arrangement(members, pools);
        for (var pool : pools) {
            for (int i = 0; i < pool.spec().shards(); i++) {
                var place = places.get(pool.firstShard() + i);
                if (place != null && place.waitsFor().isEmpty()) {
                    var ids = place.members().stream().map(Member::id).toList();
                    var next =
                            ids.isEmpty()
                                    ? arrangement.fresh(pool.spec(), i)
                                    : arrangement.of(pool.spec(), i, ids);
                    if (next.differs(place)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
