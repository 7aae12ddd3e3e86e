package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.store.BulkLayout;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * Where keys live, as one state of the metadata says. A key that is on its way to another shard is
 * found at members that hold both: there a read sees whichever is newer, and a put what it rests
 * on.
 *
 * <p>Immutable.
 */
public final class Routes {

    private final int self;
    private final Metadata metadata;

    Routes(int self, Metadata metadata) {
        this.self = self;
        this.metadata = metadata;
    }

    /** Where a key is put and its newest version read. */
    Route route(String key) {
        return Key.pool(key).equals(Key.SYSTEM_POOL) ? system() : newest(pool(key), key);
    }

    /**
     * Where several keys are changed by one record: at members that hold all that it rests on.
     * Fails when they do not lie in one shard, or come to it from shards that nobody holds at once.
     */
    Route together(List<String> keys) {
        var all = route(keys.getFirst());
        for (int i = 1; i < keys.size(); i++) {
            var key = keys.get(i);
            var next = route(key);
            if (next.shard() != all.shard()) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "%s lies in shard %d and %s in shard %d now; nothing was done, again in a"
                                .concat(" moment")
                                .formatted(keys.getFirst(), all.shard(), key, next.shard()));
            }
            all = all.and(next);
        }
        if (all.senders().isEmpty()) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "%d keys of one record come to shard %d from several shards, and no member"
                            .concat(" holds all of these; again when the keys have moved")
                            .formatted(keys.size(), all.shard()));
        }
        return all;
    }

    /**
     * Where a message is ordered. A bulk object that has come in part where its key was before is
     * refused: its chunks do not go along.
     */
    Route place(Message message) {
        var route = together(message.keys());
        var manifest = message.manifest();
        if (manifest != null) {
            var key = message.keys().getFirst();
            var maps = pool(key).maps();
            for (int i = 0; i < BulkLayout.chunks(manifest, 0); i++) {
                long version = BulkLayout.version(manifest, 0, i);
                if (maps.shard(maps.of(version), key) != route.shard()) {
                    throw new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "%s has moved to shard %d while its chunks came; nothing was done, put"
                                    .concat(" it again")
                                    .formatted(key, route.shard()));
                }
            }
        }
        return route;
    }

    private Route newest(Metadata.Pool pool, String key) {
        var maps = pool.maps();
        return route(pool, maps.shard(maps.current(), key), maps.source(key), key);
    }

    /** Where the past of a key at a time is read. */
    public Route at(String key, long micros) {
        if (Key.pool(key).equals(Key.SYSTEM_POOL)) {
            return system();
        }
        var pool = pool(key);
        return in(pool, pool.maps().at(micros), key);
    }

    /** Where a version of a key is read. */
    public Route of(String key, long version) {
        if (Key.pool(key).equals(Key.SYSTEM_POOL)) {
            return system();
        }
        var pool = pool(key);
        return in(pool, pool.maps().of(version), key);
    }

    private Route in(Metadata.Pool pool, PoolMaps.Spread map, String key) {
        return map.view() == pool.maps().current().view()
                ? newest(pool, key)
                : route(pool, pool.maps().shard(map, key), PoolMaps.NONE, key);
    }

    /** All shards in which versions of a key may be, the newest first. */
    public List<Route> history(String key) {
        if (Key.pool(key).equals(Key.SYSTEM_POOL)) {
            return List.of(system());
        }
        var pool = pool(key);
        var maps = pool.maps().maps();
        var shards = new ArrayList<Integer>();
        for (int i = maps.size() - 1; i >= 0; i--) {
            int shard = pool.maps().shard(maps.get(i), key);
            if (!shards.contains(shard)) {
                shards.add(shard);
            }
        }
        return shards.stream().map(shard -> route(pool, shard, PoolMaps.NONE, key)).toList();
    }

    /** Who holds a shard, by its number; empty when nobody has it at present. */
    public List<Member> holders(int shard) {
        var place = metadata.map().place(shard);
        return place == null ? List.of() : place.members();
    }

    /** How many pairs of shards keys of a pool still move between; 0 = none. */
    public int moves(String name) {
        return named(name).maps().moves().size();
    }

    /** Where the shards of a pool live, one each. */
    public List<Route> shards(String name) {
        var pool = named(name);
        return pool.maps().current().shards().stream()
                .map(shard -> route(pool, shard, PoolMaps.NONE, ""))
                .toList();
    }

    /**
     * Where the keys of a pool are listed, each in one of these. While keys move there are more of
     * them than shards.
     *
     * @param micros as of this time; {@link Long#MAX_VALUE} = now
     */
    public List<Route> parts(String name, long micros) {
        var pool = named(name);
        var map = pool.maps().at(micros);
        var parts = new ArrayList<Route>();
        for (int shard : map.shards()) {
            parts.add(route(pool, shard, PoolMaps.NONE, ""));
        }
        if (map.view() == pool.maps().current().view()) {
            for (var move : pool.maps().moves()) {
                parts.add(route(pool, move.to(), move.from(), ""));
            }
        }
        return parts;
    }

    /** Whether a key belongs to a part that {@link #parts} named. */
    boolean belongs(Route part, String key, long micros) {
        var maps = named(part.pool().name()).maps();
        var map = maps.at(micros);
        int source = map.view() == maps.current().view() ? maps.source(key) : PoolMaps.NONE;
        return maps.shard(map, key) == part.shard() && source == part.source();
    }

    private Metadata.Pool pool(String key) {
        var name = Key.pool(key);
        var pool = metadata.pools().get(name);
        if (pool == null) {
            throw new Failure(
                    Failure.Kind.NOT_FOUND,
                    "no pool '%s'; create it with PUT /v1/pools/%s".formatted(name, name));
        }
        return pool;
    }

    private Metadata.Pool named(String name) {
        var pool = metadata.pools().get(name);
        if (pool == null) {
            throw new Failure(Failure.Kind.NOT_FOUND, "no pool '" + name + "'");
        }
        return pool;
    }

    private Route system() {
        var members = metadata.map().members();
        if (members.isEmpty()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the group has not formed yet");
        }
        var first = members.getFirst();
        return new Route(
                Metadata.SYSTEM, 0, 0, PoolMaps.NONE, 0, members, members, true, true, first);
    }

    private Route route(Metadata.Pool pool, int shard, int source, String key) {
        var place = place(pool, shard);
        var members = place.members();
        var senders = place.sending();
        boolean local = place.includes(self);
        if (source != PoolMaps.NONE) {
            var from = place(pool, source);
            members = members.stream().filter(m -> from.includes(m.id())).toList();
            senders = senders.stream().filter(m -> from.includes(m.id())).toList();
            local &= from.includes(self);
        }
        return new Route(
                pool.spec(),
                pool.maps().index(shard),
                shard,
                source,
                pool.maps().current().view(),
                members,
                senders,
                local,
                local && place.senders().contains(self),
                key.isEmpty() ? members.getFirst() : Layout.runner(place.members(), key));
    }

    private ShardPlace place(Metadata.Pool pool, int shard) {
        var place = metadata.map().place(shard);
        if (place == null || place.members().isEmpty()) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "shard %d of pool '%s' %s"
                            .formatted(
                                    pool.maps().index(shard),
                                    pool.spec().name(),
                                    place == null ? "is nowhere yet" : place.reason(pool.spec())));
        }
        return place;
    }
}
