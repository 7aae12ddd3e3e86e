package dev.squall.node;

import dev.squall.base.Version;
import dev.squall.store.PoolSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Over which shards a pool's keys are spread, and were before: its maps, one after the other.
 *
 * <p>A map changes only where a view ends, for there every shard has stopped and all know how far
 * it is delivered. So every version of a view belongs to that view's map, and one time divides what
 * is in the old map from what is in the new one. A question about the past goes to the map of its
 * time or version; what a shard held then stays there, so the answer stays too.
 *
 * <p>Shards that are in the old map and in the new one keep their numbers. A key that belongs to
 * another shard now takes its newest version along ({@link Importer}); until everything between two
 * shards is there, a {@link Move} says that both have to be looked at. There is no next map before.
 *
 * <p>Immutable; a part of the metadata, and so the same everywhere.
 *
 * @param placement spreads keys over any number of shards
 * @param maps oldest first; at least one
 * @param moves what is not yet done of the last change
 */
record PoolMaps(PoolSpec.Placement placement, List<Spread> maps, List<Move> moves) {

    /** Maps of a pool, the past ones included. */
    static final int MAPS_MAX = 64;

    /** No shard. */
    static final int NONE = -1;

    /** What stands for the map under which puts come to a shard that takes none any more. */
    static final long CLOSED = -1;

    /**
     * One map.
     *
     * @param view the first in which it holds
     * @param micros all versions before have at most this time, all versions in it have later ones
     * @param shards the numbers of its shards, by index
     */
    record Spread(long view, long micros, List<Integer> shards) {
        Spread {
            shards = List.copyOf(shards);
        }
    }

    /** Keys move from one shard to another, by their numbers. */
    record Move(int from, int to) {}

    /**
     * What a shard is in a view.
     *
     * @param map the view that began the map under which it takes puts, or {@link #CLOSED}
     * @param sources the shards from which it still takes over keys
     * @param micros its versions of this view have later times
     * @param maps of its pool; null for the system shard, whose keys stay where they are
     */
    record Role(long map, Set<Integer> sources, long micros, @Nullable PoolMaps maps) {

        /** The system shard's. */
        static final Role SYSTEM = new Role(0, Set.of(), Long.MIN_VALUE, null);
    }

    PoolMaps {
        maps = List.copyOf(maps);
        moves = List.copyOf(moves);
    }

    /** Of a new pool. */
    static PoolMaps first(PoolSpec spec, long view, int firstShard) {
        var shards = new ArrayList<Integer>();
        for (int i = 0; i < spec.shards(); i++) {
            shards.add(firstShard + i);
        }
        var only = new Spread(view, Long.MIN_VALUE, shards);
        return new PoolMaps(spec.placement(), List.of(only), List.of());
    }

    Spread current() {
        return maps.getLast();
    }

    /** The map at a time. */
    Spread at(long micros) {
        int i = maps.size() - 1;
        while (i > 0 && maps.get(i).micros >= micros) {
            i--;
        }
        return maps.get(i);
    }

    /** The map in which a version was made, or would have been. */
    Spread of(long version) {
        int i = maps.size() - 1;
        while (i > 0 && maps.get(i).view > Version.view(version)) {
            i--;
        }
        return maps.get(i);
    }

    /** The shard of a key in a map. */
    int shard(Spread map, String key) {
        return map.shards.get(placement.shard(key, map.shards.size()));
    }

    /** The index of a shard, by its number. */
    int index(int shard) {
        for (int i = maps.size() - 1; i > 0; i--) {
            int index = maps.get(i).shards.indexOf(shard);
            if (index >= 0) {
                return index;
            }
        }
        return maps.getFirst().shards.indexOf(shard);
    }

    /** The shard of which a key's newest version may not have come yet, or {@link #NONE}. */
    int source(String key) {
        if (moves.isEmpty()) {
            return NONE;
        }
        int from = shard(maps.get(maps.size() - 2), key);
        return moves.contains(new Move(from, shard(current(), key))) ? from : NONE;
    }

    /** All shards that ever were, with their index. */
    SortedMap<Integer, Integer> numbers() {
        var numbers = new TreeMap<Integer, Integer>();
        for (var map : maps) {
            for (int i = 0; i < map.shards.size(); i++) {
                numbers.put(map.shards.get(i), i);
            }
        }
        return numbers;
    }

    /**
     * With another map.
     *
     * @param view the first in which it holds
     * @param micros see {@link Spread}
     * @param count how many shards it has
     * @param firstNew the number of the first that is new
     */
    PoolMaps next(long view, long micros, int count, int firstNew) {
        var before = current().shards;
        var shards = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            shards.add(i < before.size() ? before.get(i) : firstNew + i - before.size());
        }
        var all = new ArrayList<>(maps);
        all.add(new Spread(view, micros, shards));
        var next = new ArrayList<Move>();
        for (int from : before) {
            for (int to : shards) {
                if (!shards.contains(from) || !before.contains(to)) {
                    next.add(new Move(from, to));
                }
            }
        }
        return new PoolMaps(placement, all, next);
    }

    /** A move is done. */
    PoolMaps without(Move move) {
        var left = new ArrayList<>(moves);
        left.remove(move);
        return new PoolMaps(placement, maps, left);
    }

    /**
     * The shard between the two of a move that is neither new nor on its way out. Its leader does
     * the move, and is a member of the other one for so long.
     */
    int steady(Move move) {
        return current().shards.contains(move.from) ? move.from : move.to;
    }

    /** The shards whose leaders are members of a shard while keys move. */
    Set<Integer> guests(int shard) {
        var guests = new HashSet<Integer>();
        for (var move : moves) {
            if (steady(move) == move.from && move.to == shard) {
                guests.add(move.from);
            } else if (steady(move) == move.to && move.from == shard) {
                guests.add(move.to);
            }
        }
        return guests;
    }

    /** What a shard is in a view that begins now. */
    Role role(int shard) {
        var sources = new HashSet<Integer>();
        for (var move : moves) {
            if (move.to == shard) {
                sources.add(move.from);
            }
        }
        boolean open = current().shards.contains(shard);
        return new Role(
                open ? current().view : CLOSED, Set.copyOf(sources), current().micros, this);
    }
}
