package dev.squall.node;

import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import dev.squall.view.View;
import java.util.ArrayList;
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
 * @param in the newest view that the log tells of, in which the shards lie so; of id 0 = none yet
 * @param places by shard number, without the system shard
 */
record ShardMap(View in, Map<Integer, ShardPlace> places) {

    /** Before the first view. */
    static final ShardMap EMPTY = new ShardMap(View.configured(List.of()), Map.of());

    ShardMap {
        places = Collections.unmodifiableMap(new TreeMap<>(places));
    }

    /** The id of that view. */
    long view() {
        return in.id();
    }

    /** That view's members. */
    List<Member> members() {
        return in.members();
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
    ShardMap with(Metadata.Pool pool, Iterable<Metadata.Pool> pools) {
        var next = new HashMap<>(places);
        var arrangement = new Arrangement(members(), pools);
        pool.maps()
                .numbers()
                .forEach((shard, index) -> {
                    var at = arrangement.fresh(pool.spec(), index, List.of());
                    next.put(shard, ShardPlace.fresh(at, view()));
                });
        return new ShardMap(in, next);
    }

    /** Without a pool. */
    ShardMap without(Metadata.Pool pool) {
        var next = new HashMap<>(places);
        pool.maps().numbers().keySet().forEach(next::remove);
        return new ShardMap(in, next);
    }

    /** In the next view. */
    ShardMap after(Decision decision, Iterable<Metadata.Pool> pools) {
        var next = new HashMap<Integer, ShardPlace>();
        var arrangement = new Arrangement(decision.view().members(), pools);
        for (var pool : pools) {
            var numbers = pool.maps().numbers();
            numbers.forEach((shard, index) -> {
                if (pool.maps().guests(shard).isEmpty()) {
                    var move = new Move(shard, index, pool.spec(), List.of());
                    next.put(shard, move(move, decision, arrangement));
                }
            });
            numbers.forEach((shard, index) -> {
                if (!next.containsKey(shard)) {
                    var guests = leaders(pool.maps().guests(shard), next);
                    var move = new Move(shard, index, pool.spec(), guests);
                    next.put(shard, move(move, decision, arrangement));
                }
            });
        }
        return new ShardMap(decision.view(), next);
    }

    /** A shard, and who else is to be a member because keys move. */
    private record Move(int shard, int index, PoolSpec pool, List<Member> guests) {}

    private static List<Member> leaders(Iterable<Integer> shards, Map<Integer, ShardPlace> placed) {
        var leaders = new ArrayList<Member>();
        for (int shard : shards) {
            var place = placed.get(shard);
            if (place != null && !place.members().isEmpty()) {
                leaders.add(place.leader());
            }
        }
        return leaders;
    }

    /** Whether all shards of a pool have somebody in the next view who holds them. */
    boolean heldAll(Metadata.Pool pool, Decision decision) {
        var store = pool.spec().store();
        for (int shard : pool.maps().current().shards()) {
            var place = places.get(shard);
            boolean held =
                    place != null
                            && !place.held(store, in).members().isEmpty()
                            && !decision.holders(shard, place.held(store, in)).isEmpty();
            if (!held) {
                return false;
            }
        }
        return true;
    }

    private ShardPlace move(Move move, Decision decision, Arrangement arrangement) {
        int shard = move.shard;
        var pool = move.pool;
        long view = decision.view().id();
        var before = places.get(shard);
        if (before == null || before.held(pool.store(), in).members().isEmpty()) {
            // new, made before the first view, or nobody could take it
            return ShardPlace.fresh(arrangement.fresh(pool, move.index, move.guests), view);
        }
        var last = before.held(pool.store(), in);
        boolean persistent = pool.store() == StoreKind.PERSISTENT;
        var whole = decision.holders(shard, last);
        var holders = whole.isEmpty() && !persistent ? decision.remains(shard, last) : whole;
        if (holders.isEmpty()) {
            return persistent
                    ? ShardPlace.waiting(last)
                    : ShardPlace.fresh(arrangement.fresh(pool, move.index, move.guests), view);
        }
        var at = arrangement.among(decision.able(shard)).of(pool, move.index, holders, move.guests);
        var holding = at.members().stream().map(Member::id).filter(holders::contains).toList();
        // What remains of a log nobody has whole may have gaps: it is another shard's from now on.
        long made = whole.isEmpty() ? view : last.made();
        return new ShardPlace(at.members(), at.senders(), holding, List.of(), view, made, false);
    }

    /**
     * Whether some shard would lie elsewhere, or others would send in it, if a view began now: its
     * members are all filled by then, so that a holder too many can go; or a pool has taken members
     * for itself, or given them back.
     */
    boolean provisional(Iterable<Metadata.Pool> pools) {
        var arrangement = new Arrangement(members(), pools);
        for (var pool : pools) {
            for (var entry : pool.maps().numbers().entrySet()) {
                var place = places.get(entry.getKey());
                if (place != null && place.waitsFor().isEmpty()) {
                    var guests = leaders(pool.maps().guests(entry.getKey()), places);
                    var ids = place.members().stream().map(Member::id).toList();
                    int index = entry.getValue();
                    var next =
                            ids.isEmpty()
                                    ? arrangement.fresh(pool.spec(), index, guests)
                                    : arrangement.of(pool.spec(), index, ids, guests);
                    if (next.differs(place)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
