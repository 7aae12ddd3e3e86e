package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.base.Version;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import dev.squall.view.View;
import dev.squall.wire.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the system shard says: makes the shards of new pools and tells {@link Logic}
 * what is bound. Every node does the same at the same command, because all read the same log.
 *
 * <p>Changed by the group agent alone; {@link #metadata} and {@link #route} may be asked by
 * anybody.
 */
final class Directory {

    /** Makes and ends shards; the group agent. */
    interface Shards {

        /** Begins a shard that this node is a member of. */
        void create(int shard, int index, PoolSpec pool, List<Member> members);

        /** Ends a shard, with all that it stored. */
        void drop(int shard);

        /** Shards up to this number exist here or belong to others: peers may send. */
        void created(int count);
    }

    /** What user logic makes of the metadata; called by the group agent, must not block. */
    interface Logic {

        /** The metadata has changed. */
        void changed(Metadata before, Metadata now);
    }

    private static final System.Logger LOG = System.getLogger(Directory.class.getName());

    private final int self;
    private final Shards shards;
    private final Logic logic;
    private volatile @Nullable View view;
    private volatile @Nullable Metadata metadata;
    private volatile boolean started;

    Directory(int self, Shards shards, Logic logic) {
        this.self = self;
        this.shards = shards;
        this.logic = logic;
    }

    /** A view has formed: the system shard begins. */
    void formed(View formed) {
        view = formed;
        var system = Metadata.systemPool(formed.members().size());
        shards.create(0, 0, system, members(formed, system, 0));
        shards.created(1);
    }

    private static List<Member> members(View view, PoolSpec pool, int index) {
        return Layout.members(view, pool.name(), index, pool.replicas());
    }

    /**
     * The system shard is ready. What its log says of earlier views is carried out at once. What
     * was commanded in this view already is carried out step by step, as at the other members: they
     * may have made a shard that was deleted since, and write into its memory here.
     */
    void start(ShardStore system) {
        var before = Metadata.empty(system.pool());
        var folded = new Metadata[] {before};
        var commands = new ArrayList<StoredObject>();
        long current = view().id();
        var log = system.log();
        log.visit(
                log.first(),
                (_, m, at) -> {
                    var object = new StoredObject(RecordLayout.key(m, at), m, at);
                    if (Version.view(object.version()) < current) {
                        folded[0] = after(folded[0], object);
                    } else {
                        commands.add(object);
                    }
                    return true;
                });
        metadata = folded[0];
        carryOut(before, folded[0]);
        commands.forEach(this::carryOut);
        started = true; // last: a node that calls itself started holds all its shards
    }

    /** Whether every shard of this node has at least begun to recover; any thread. */
    boolean started() {
        return started;
    }

    /** A command was delivered. */
    void onCommand(StoredObject object) {
        if (started) { // otherwise start() will read it in the log
            carryOut(object);
        }
    }

    private void carryOut(StoredObject object) {
        var before = metadata();
        var next = after(before, object);
        if (!next.equals(before)) {
            metadata = next;
            carryOut(before, next);
        }
    }

    private static Metadata after(Metadata before, StoredObject object) {
        try {
            return before.after(object);
        } catch (RuntimeException e) {
            // What one node cannot read no node can: all pass over it alike.
            LOG.log(System.Logger.Level.ERROR, "passed over {0}: {1}", object.key(), e);
            return before;
        }
    }

    private void carryOut(Metadata before, Metadata now) {
        var current = view();
        for (var pool : now.pools().values()) {
            if (!pool.equals(before.pools().get(pool.spec().name()))) {
                create(current, pool);
            }
        }
        for (var pool : before.pools().values()) {
            if (!pool.equals(now.pools().get(pool.spec().name()))) {
                drop(current, pool);
            }
        }
        shards.created(now.nextShard());
        logic.changed(before, now);
    }

    private void create(View current, Metadata.Pool pool) {
        for (int i = 0; i < pool.spec().shards(); i++) {
            var members = members(current, pool.spec(), i);
            if (members.stream().anyMatch(m -> m.id() == self)) {
                shards.create(pool.firstShard() + i, i, pool.spec(), members);
            }
        }
    }

    private void drop(View current, Metadata.Pool pool) {
        for (int i = 0; i < pool.spec().shards(); i++) {
            if (members(current, pool.spec(), i).stream().anyMatch(m -> m.id() == self)) {
                shards.drop(pool.firstShard() + i);
            }
        }
    }

    private View view() {
        var current = view;
        if (current == null) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the group has not formed yet");
        }
        return current;
    }

    /** The metadata, or a failure while the node is not that far. */
    Metadata metadata() {
        var current = metadata;
        if (current == null) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the node does not know its pools yet");
        }
        return current;
    }

    /** Where a key lives. */
    Route route(String key) {
        var name = Key.pool(key);
        var pool = metadata().pools().get(name);
        if (pool == null) {
            throw new Failure(
                    Failure.Kind.NOT_FOUND,
                    "no pool '%s'; create it with PUT /v1/pools/%s".formatted(name, name));
        }
        return route(pool, pool.placement().shard(key), key);
    }

    private Route route(Metadata.Pool pool, int index, String key) {
        var members = members(view(), pool.spec(), index);
        boolean local = members.stream().anyMatch(m -> m.id() == self);
        return new Route(
                pool.spec(),
                index,
                pool.firstShard() + index,
                members,
                local,
                key.isEmpty() ? members.getFirst() : Layout.runner(members, key));
    }

    /** Where the shards of a pool live. */
    List<Route> routes(String name) {
        var pool = metadata().pools().get(name);
        if (pool == null) {
            throw new Failure(Failure.Kind.NOT_FOUND, "no pool '" + name + "'");
        }
        var routes = new ArrayList<Route>();
        for (int i = 0; i < pool.spec().shards(); i++) {
            routes.add(route(pool, i, ""));
        }
        return routes;
    }
}
