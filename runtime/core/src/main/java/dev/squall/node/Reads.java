package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.store.BulkObject;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads of what this node holds. A key may have been in several shards, and be on its way to
 * another one; here it is one history: the newest wins, the past is where it was then.
 *
 * <p>Any thread; no call blocks. Where nothing is held here, reads fail with {@code UNAVAILABLE}.
 */
public final class Reads {

    /** Keys that are looked at in one go. */
    private static final int PAGE = 1024;

    private final NodeCore node;

    Reads(NodeCore node) {
        this.node = node;
    }

    /** Which version of a key is read in a store. */
    private interface Look {
        ReadResult read(ShardStore store);

        /** The same, deletes too. */
        @Nullable StoredObject find(ShardStore store);
    }

    private record At(String key, long micros) implements Look {
        @Override
        public ReadResult read(ShardStore store) {
            return micros == Long.MAX_VALUE ? store.get(key) : store.getAt(key, micros);
        }

        @Override
        public @Nullable StoredObject find(ShardStore store) {
            return store.reads().newestAt(key, micros);
        }
    }

    private record Of(String key, long version) implements Look {
        @Override
        public ReadResult read(ShardStore store) {
            return store.getVersion(key, version);
        }

        @Override
        public @Nullable StoredObject find(ShardStore store) {
            return store.reads().newestNotAfter(key, version);
        }
    }

    /** The newest version of a key. */
    public ReadResult newest(String key) {
        return read(node.route(key), new At(key, Long.MAX_VALUE));
    }

    /** The newest version of a key not after this one. */
    public ReadResult version(String key, long version) {
        return read(node.routeOf(key, version), new Of(key, version));
    }

    /**
     * The newest version of a key not after a time, in a consistent cut.
     *
     * @param micros the time, microseconds since 1970
     * @param waitMillis how long to wait for the cut at most
     */
    public CompletableFuture<ReadResult> at(String key, long micros, long waitMillis) {
        try {
            var route = node.routeAt(key, micros);
            return node.awaitTime(route.shard(), micros, waitMillis)
                    .thenCompose(_ -> settled(route, key, micros, waitMillis));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The key may have moved while its reader waited: then the wait begins anew. */
    private CompletableFuture<ReadResult> settled(
            Route route, String key, long micros, long waitMillis) {
        try {
            var now = node.routeAt(key, micros);
            return now.shard() == route.shard()
                    ? CompletableFuture.completedFuture(read(now, new At(key, micros)))
                    : at(key, micros, waitMillis);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The newest version of a key not after a time that has settled. */
    public ReadResult settled(String key, long micros) {
        return read(node.routeAt(key, micros), new At(key, micros));
    }

    /** A key's newest version, deleted or not; null when there is none. */
    public @Nullable StoredObject newestOrDeleted(String key) {
        var look = new At(key, Long.MAX_VALUE);
        return look.find(best(node.route(key), look));
    }

    /** A bulk object out of a shard that has all of it, if there is one. */
    public BulkObject bulk(StoredObject manifest) {
        var held =
                node.directory().history(manifest.key()).stream()
                        .flatMap(route -> node.store(route.shard()).stream())
                        .map(store -> new BulkObject(store, manifest))
                        .toList();
        return held.stream()
                .filter(BulkObject::whole)
                .findFirst()
                .or(() -> held.stream().findFirst())
                .orElseThrow(() -> notYet(node.route(manifest.key())));
    }

    private ReadResult read(Route route, Look look) {
        return look.read(best(route, look));
    }

    private ShardStore best(Route route, Look look) {
        var stores = stores(route);
        var best = stores.getFirst();
        for (var other : stores.subList(1, stores.size())) {
            best = newer(look.find(other), look.find(best)) ? other : best;
        }
        sound(stores);
        return best;
    }

    /** Of two shards the newest is not known while one of them cannot be read. */
    private static void sound(List<ShardStore> stores) {
        if (stores.size() > 1 && stores.stream().anyMatch(s -> s.log().soundness().isHarmed())) {
            throw new Failure(Failure.Kind.UNAVAILABLE, ReadResult.Why.DAMAGED.text());
        }
    }

    private static boolean newer(@Nullable StoredObject one, @Nullable StoredObject other) {
        return one != null && (other == null || one.version() > other.version());
    }

    /** Where a key is, and may still be, at this node. */
    private List<ShardStore> stores(Route route) {
        var store = node.store(route.shard());
        if (route.source() == PoolMaps.NONE) {
            return List.of(store.orElseThrow(() -> notYet(route)));
        }
        var source = node.store(route.source()).orElseThrow(() -> notYet(route));
        // A shard that has just been made may not have begun here: it has nothing then.
        return store.map(s -> List.of(s, source)).orElse(List.of(source));
    }

    private static Failure notYet(Route route) {
        return new Failure(
                Failure.Kind.UNAVAILABLE,
                "shard %d of pool '%s' is not here yet; the view is changing"
                        .formatted(route.index(), route.pool().name()));
    }

    /** The label of a version that is held here; empty = it has none. */
    public String label(StoredObject object) {
        var key = object.key();
        for (var route : node.directory().history(key)) {
            var store = node.store(route.shard());
            var label = store.map(s -> s.kept().label(key, object.version())).orElse("");
            if (!label.isEmpty()) {
                return label;
            }
        }
        return "";
    }

    /** The versions of a key that a shard has, in {@code [from, to]}, oldest first. */
    public List<StoredObject> history(Route route, String key, long from, long to, int limit) {
        return stores(route).getFirst().history(key, from, to, limit);
    }

    /**
     * Keys of a part that have an object, in order.
     *
     * @param part see {@link Routes#parts}
     * @param after only keys behind this one; empty = from the beginning
     * @param micros as of this time, for which the caller has waited; {@link Long#MAX_VALUE} = now
     */
    public List<String> keys(Route part, String prefix, String after, long micros, int limit) {
        var stores = stores(part);
        var routes = node.directory();
        var found = new ArrayList<String>();
        var from = after;
        boolean more = true;
        while (more) {
            more = false;
            var names = new TreeSet<String>();
            var end = "";
            for (var store : stores) {
                var page = store.reads().names(prefix, from, PAGE);
                names.addAll(page);
                if (page.size() == PAGE) {
                    boolean first = end.isEmpty() || page.getLast().compareTo(end) < 0;
                    end = first ? page.getLast() : end;
                    more = true;
                }
            }
            for (var key : more ? names.headSet(end, true) : names) {
                if (routes.belongs(part, key, micros) && there(stores, key, micros)) {
                    found.add(key);
                    if (found.size() == limit) {
                        return found;
                    }
                }
            }
            from = end;
        }
        return found;
    }

    private static boolean there(List<ShardStore> stores, String key, long micros) {
        StoredObject best = null;
        ShardStore in = stores.getFirst();
        for (var store : stores) {
            var found = store.reads().newestAt(key, micros);
            if (newer(found, best)) {
                best = found;
                in = store;
            }
        }
        if (best == null || best.deleted()) {
            return false;
        }
        return !best.bulk() || new BulkObject(in, best).whole();
    }
}
