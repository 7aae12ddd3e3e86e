package dev.squall.node;

import dev.squall.base.Document;
import dev.squall.base.Key;
import dev.squall.base.Version;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import dev.squall.store.StoredObject;
import dev.squall.trigger.Graph;
import dev.squall.trigger.UdlDescriptor;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import dev.squall.view.ViewCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Pools, UDLs and graphs, as the system shard's objects say: a fold over its log, the same at every
 * node. Immutable; each command makes the next one.
 *
 * <pre>
 *   /.squall/pools/NAME            a {@link PoolSpec}; its first shard gets the next free number
 *   /.squall/jars/SHA256           a jar's bytes
 *   /.squall/udls/NAME/VERSION     which jar it is, and its descriptor
 *   /.squall/graphs/NAME           a {@link Graph}'s document
 *   /.squall/view                  the {@link Decision} that made the current view
 *   /.squall/moves/NAME/FROM-TO    all keys of a pool have moved from a shard to another
 * </pre>
 *
 * @param pools by name
 * @param udls by name, then version
 * @param graphs by name
 * @param map which members make up which shard
 * @param nextShard the number that the next pool's first shard gets; 0 is the system shard's
 */
record Metadata(
        Map<String, Pool> pools,
        Map<String, TreeMap<Integer, UdlVersion>> udls,
        Map<String, Graph> graphs,
        ShardMap map,
        int nextShard) {

    /** Shards of a cluster, deleted ones included. */
    static final int SHARDS_MAX = 4096;

    static final String POOLS = "/" + Key.SYSTEM_POOL + "/pools/";
    static final String JARS = "/" + Key.SYSTEM_POOL + "/jars/";
    static final String UDLS = "/" + Key.SYSTEM_POOL + "/udls/";
    static final String GRAPHS = "/" + Key.SYSTEM_POOL + "/graphs/";
    static final String VIEW = "/" + Key.SYSTEM_POOL + "/view";
    static final String MOVES = "/" + Key.SYSTEM_POOL + "/moves/";

    /**
     * A pool and where its keys are.
     *
     * @param wanted what it is to be like from the next view on, or null
     */
    record Pool(PoolSpec spec, PoolMaps maps, @Nullable PoolSpec wanted) {

        /** Whether it is to have another number of shards. */
        boolean isToBeScaled() {
            return wanted != null && wanted.shards() != spec.shards();
        }

        /** Whether another view would give it what was asked for. */
        boolean isDue(ShardMap map) {
            return wanted != null
                    && maps.current().shards().stream()
                            .map(map::place)
                            .allMatch(p -> p != null && !p.members().isEmpty());
        }

        /** What is asked for when it is to be like this; null = it cannot be so. */
        @Nullable Pool asked(PoolSpec other) {
            boolean scaled = other.equals(spec.scaled(other.shards(), other.replicas()));
            boolean free = maps.moves().isEmpty() && maps.maps().size() < PoolMaps.MAPS_MAX;
            if (other.equals(spec)) {
                return new Pool(spec, maps, null);
            }
            return scaled && free ? new Pool(spec, maps, other) : null;
        }
    }

    /** A version of a UDL and its jar. */
    record UdlVersion(UdlDescriptor descriptor, String sha256) {}

    /** The system shard's pool: on every member, on disk. */
    static final PoolSpec SYSTEM =
            new PoolSpec(
                    Key.SYSTEM_POOL,
                    StoreKind.PERSISTENT,
                    1,
                    Member.MEMBERS_MAX,
                    "",
                    Retention.ALL,
                    "any");

    /** Nothing yet. The system shard is in no map: it is on all members of the view. */
    static final Metadata EMPTY = new Metadata(Map.of(), Map.of(), Map.of(), ShardMap.EMPTY, 1);

    /** After one more command. Commands that say nothing new change nothing. */
    Metadata after(StoredObject object) {
        var key = object.key();
        if (key.startsWith(POOLS)) {
            return afterPool(key.substring(POOLS.length()), object);
        }
        if (key.startsWith(UDLS)) {
            return afterUdl(key.substring(UDLS.length()), object);
        }
        if (key.startsWith(GRAPHS)) {
            return afterGraph(key.substring(GRAPHS.length()), object);
        }
        if (key.startsWith(MOVES)) {
            return afterMove(key.substring(MOVES.length()));
        }
        return key.equals(VIEW) && !object.deleted() ? afterView(object) : this;
    }

    /** The command that says that a move is done. */
    static Put moved(String pool, PoolMaps.Move move) {
        var key = MOVES + pool + "/" + move.from() + "-" + move.to();
        return Put.of(key, MemorySegment.ofArray(new byte[0]), AckLevel.ORDERED);
    }

    private Metadata afterMove(String id) {
        int slash = id.indexOf('/');
        int dash = id.lastIndexOf('-');
        var pool = pools.get(id.substring(0, slash));
        if (pool == null) {
            return this;
        }
        var move =
                new PoolMaps.Move(
                        Integer.parseInt(id.substring(slash + 1, dash)),
                        Integer.parseInt(id.substring(dash + 1)));
        var done = new Pool(pool.spec(), pool.maps().without(move), pool.wanted());
        return with(done, map, nextShard);
    }

    private Metadata with(Pool pool, ShardMap places, int next) {
        var all = new TreeMap<>(pools);
        all.put(pool.spec().name(), pool);
        return new Metadata(all, udls, graphs, places, next);
    }

    /** A view that has ended before this was delivered is passed over: it held no shards. */
    private Metadata afterView(StoredObject object) {
        try {
            var decision = ViewCodec.readDecision(object.bytes().toArray(ValueLayout.JAVA_BYTE));
            boolean current = decision.view().id() == Version.view(object.version());
            if (!current || decision.view().id() <= map.view()) {
                return this;
            }
            Metadata now = scaled(decision);
            var places = map.after(decision, now.pools.values());
            return new Metadata(now.pools, udls, graphs, places, now.nextShard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the maps that were asked for, but for shards of which nobody is here who holds them. */
    private Metadata scaled(Decision decision) {
        var now = this;
        for (var pool : pools.values()) {
            var spec = pool.wanted();
            boolean waits = pool.isToBeScaled() && busy(pool, decision);
            if (spec != null && !waits && map.heldAll(pool, decision)) {
                int more = Math.max(0, spec.shards() - pool.spec().shards());
                var maps =
                        spec.shards() == pool.spec().shards()
                                ? pool.maps()
                                : pool.maps()
                                        .next(
                                                decision.view().id(),
                                                decision.boundary(),
                                                spec.shards(),
                                                now.nextShard);
                now = now.with(new Pool(spec, maps, null), map, now.nextShard + more);
            }
        }
        return now;
    }

    /** A batch that is open names its shards: they stay what they are until it is done. */
    private static boolean busy(Pool pool, Decision decision) {
        return pool.maps().current().shards().stream().anyMatch(decision::busy);
    }

    private Metadata afterPool(String name, StoredObject object) {
        // Sorted: every node goes through the pools in the same order.
        var next = new TreeMap<>(pools);
        var there = pools.get(name);
        if (object.deleted()) {
            next.remove(name);
            var left = there == null ? map : map.without(there);
            return new Metadata(next, udls, graphs, left, nextShard);
        }
        var spec = PoolSpec.read(name, text(object));
        if (there != null) {
            var asked = there.asked(spec);
            return asked == null ? this : with(asked, map, nextShard);
        }
        var maps = PoolMaps.first(spec, Version.view(object.version()), nextShard);
        var made = new Pool(spec, maps, null);
        next.put(name, made);
        return new Metadata(
                next, udls, graphs, map.with(made, next.values()), nextShard + spec.shards());
    }

    private Metadata afterUdl(String id, StoredObject object) {
        int slash = id.indexOf('/');
        var name = id.substring(0, slash);
        int version = Integer.parseInt(id.substring(slash + 1));
        var versions = new TreeMap<>(udls.getOrDefault(name, new TreeMap<>()));
        if (object.deleted()) {
            versions.remove(version);
        } else {
            var d = Document.parse(id, text(object));
            versions.put(
                    version,
                    new UdlVersion(UdlDescriptor.parse(d.text("descriptor")), d.text("sha256")));
        }
        var next = new TreeMap<>(udls);
        if (versions.isEmpty()) {
            next.remove(name);
        } else {
            next.put(name, versions);
        }
        return new Metadata(pools, next, graphs, map, nextShard);
    }

    private Metadata afterGraph(String name, StoredObject object) {
        var next = new TreeMap<>(graphs);
        if (object.deleted()) {
            next.remove(name);
        } else {
            next.put(name, Graph.parse(name, text(object)));
        }
        return new Metadata(pools, udls, next, map, nextShard);
    }

    private static String text(StoredObject object) {
        return new String(object.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** The document of a UDL version's command. */
    static String write(UdlVersion udl) {
        return Document.write(
                Map.of("sha256", udl.sha256(), "descriptor", udl.descriptor().text()));
    }

    /** A UDL by {@code name}, {@code name:version} or {@code name@alias}, or null. */
    @Nullable UdlVersion udl(String reference) {
        int mark = Math.max(reference.indexOf(':'), reference.indexOf('@'));
        var name = mark < 0 ? reference : reference.substring(0, mark);
        var versions = udls.get(name);
        if (versions == null) {
            return null;
        }
        // Until aliases can be set, every alias means the newest version.
        boolean pinned = mark >= 0 && reference.charAt(mark) == ':';
        return pinned
                ? versions.get(Integer.parseInt(reference.substring(mark + 1)))
                : versions.lastEntry().getValue();
    }

    /** The UDL versions, oldest first within a name. */
    List<UdlVersion> udlVersions() {
        return udls.values().stream().flatMap(v -> v.values().stream()).toList();
    }
}
