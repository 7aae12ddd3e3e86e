package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Version;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.table.ShardColumn;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import dev.squall.view.ViewCodec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the system shard says: begins the shards of a view and of new pools, and tells
 * {@link Logic} what is bound. Every node does the same at the same command, because all read the
 * same log.
 *
 * <p>A view begins with the system shard alone. One of its members then writes the decision that
 * made the view into that shard; from it everybody, newcomers included, derives where all others
 * are ({@link ShardMap}). They take puts once this is on the members' disks: a restart must find
 * the shards where they were last.
 *
 * <p>Changed by the group agent alone; {@link #metadata} and {@link #routes} may be asked by
 * anybody.
 */
final class Directory {

    /** Begins and ends shards at this node. */
    interface Shards {

        /** A shard begins in the current view, with this node as a member. */
        void begin(int shard, int index, PoolSpec pool, PoolMaps.Role role, ShardPlace place);

        /** What the metadata says of this view has begun. */
        void changed(Metadata now);

        /**
         * Ends a shard, with all that it stored.
         *
         * @param version of the command that says so: what is stored goes when that is on disk
         */
        void drop(int shard, long version);

        /** The shards of which there is something here. */
        List<Integer> held();

        /** Whether what is here of a shard stays though the shard is elsewhere: it is impaired. */
        boolean keeps(int shard);

        /** Shards up to this number exist here or belong to others: peers may send. */
        void created(int count);

        /** Puts a command into the system shard, which is ready. */
        void say(Put command);
    }

    /** What user logic makes of the metadata; called by the group agent, must not block. */
    interface Logic {

        /** The metadata has changed. */
        void changed(Metadata before, Metadata now);
    }

    private static final System.Logger LOG = System.getLogger(Directory.class.getName());

    /** A view that began with open batches leaves so much time to finish them: 4 s. */
    private static final long MAP_WAIT_NANOS = 2 * TicketKeeper.OPEN_NANOS_MAX;

    private final int self;
    private final Shards shards;
    private final Logic logic;
    private @Nullable Decision decision;
    private boolean said;
    private boolean acting;
    private volatile boolean settled;
    private volatile boolean provisional;
    private long mapVersion;
    private boolean mapIsDue;
    private boolean mapWaits;
    private volatile @Nullable Metadata metadata;
    private volatile @Nullable Routes routes;
    private volatile boolean started;

    Directory(int self, Shards shards, Logic logic) {
        this.self = self;
        this.shards = shards;
        this.logic = logic;
    }

    /** The view has ended: what is still delivered in it is remembered, but begins nothing. */
    void ends() {
        decision = null;
        acting = false;
        settled = false;
    }

    /** A view has begun, and the system shard with it. */
    void formed(Decision made) {
        decision = made;
        said = false;
        mapVersion = 0;
        var ids = made.view().members().stream().map(Member::id).toList();
        var place =
                new ShardPlace(made.view().members(), ids, made.metadata(), List.of(), 0, 0, false);
        shards.begin(0, 0, Metadata.SYSTEM, PoolMaps.Role.SYSTEM, place);
        shards.created(1);
    }

    /** The system shard is ready: goes on with the view. */
    void step(ShardReplica system) {
        var store = system.store();
        var epoch = system.epoch();
        if (decision == null || store == null || epoch == null) {
            return;
        }
        if (!started) {
            start(store, decision.view().id());
        }
        if (!said && decision.metadata().getFirst() == self) {
            said = true;
            shards.say(
                    Put.of(
                            Metadata.VIEW,
                            MemorySegment.ofArray(ViewCodec.write(decision)),
                            AckLevel.ORDERED));
        }
        if (!settled && mapVersion > 0) {
            settled = epoch.minOfFilled(ShardColumn.PERSISTED) >= mapVersion;
        }
    }

    /** Whether it is on disk, wherever it counts, where the shards are now; any thread. */
    boolean settled() {
        return settled;
    }

    /** Some of the system shard's log is about to go: what was read is read again. */
    void forget() {
        started = false;
    }

    /**
     * Reads the log. What it says of earlier views is carried out at once. What was commanded in
     * this view already is carried out step by step, as at the other members: they may have begun a
     * shard that was deleted since, and write into its memory here.
     */
    private void start(ShardStore system, long view) {
        var folded = new Metadata[] {Metadata.EMPTY};
        var commands = new ArrayList<StoredObject>();
        var log = system.log();
        log.visit(
                log.first(),
                (location, m, at) -> {
                    log.soundness().demandAll(m, location);
                    var object = new StoredObject(m, at);
                    if (Version.view(object.version()) < view) {
                        folded[0] = after(folded[0], object);
                    } else {
                        commands.add(object);
                    }
                    return true;
                });
        change(folded[0]);
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
        if (next.equals(before)) {
            return;
        }
        change(next);
        var made = decision;
        if (made != null && next.map().view() == made.view().id()) {
            if (acting) {
                beginNew(before, next);
            } else {
                acting = true;
                mapVersion = object.version();
                mapWaits = mapIsDue;
                beginAll(next);
            }
            dropGone(next, object.version());
            shards.created(next.nextShard());
            shards.changed(next);
        }
    }

    /** Whether some shard would lie elsewhere if another view began; any thread. */
    boolean provisional() {
        return provisional;
    }

    /**
     * Whether the view has to end so that a pool gets the map that was asked for. When that was
     * asked before this view, batches were open that have to be finished first.
     *
     * @param age of the view, nanoseconds
     */
    boolean mapIsDue(long age) {
        return mapIsDue && settled && (!mapWaits || age > MAP_WAIT_NANOS);
    }

    private void change(Metadata next) {
        var before = metadata;
        metadata = next;
        routes = new Routes(self, next);
        provisional = next.map().provisional(next.pools().values());
        mapIsDue = next.pools().values().stream().anyMatch(pool -> pool.isDue(next.map()));
        logic.changed(before == null ? Metadata.EMPTY : before, next);
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

    private void beginAll(Metadata now) {
        now.pools().values().forEach(pool -> begin(now, pool));
    }

    private void beginNew(Metadata before, Metadata now) {
        for (var pool : now.pools().values()) {
            if (!before.pools().containsKey(pool.spec().name())) {
                begin(now, pool);
            }
        }
    }

    private void begin(Metadata now, Metadata.Pool pool) {
        pool.maps()
                .numbers()
                .forEach((shard, index) -> {
                    var place = now.map().place(shard);
                    if (place != null && place.includes(self)) {
                        shards.begin(shard, index, pool.spec(), pool.maps().role(shard), place);
                    }
                });
    }

    /** Drops what belongs to no pool any more, or elsewhere. */
    private void dropGone(Metadata now, long version) {
        for (int shard : shards.held()) {
            var place = now.map().place(shard);
            boolean waits = place != null && !place.waitsFor().isEmpty();
            boolean mine =
                    shard == 0 || (place != null && (place.includes(self) || shards.keeps(shard)));
            if (!mine && !waits) {
                shards.drop(shard, version);
            }
        }
    }

    /** The metadata, or a failure while the node is not that far. */
    Metadata metadata() {
        var current = metadata;
        if (current == null) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the node does not know its pools yet");
        }
        return current;
    }

    /** The shards that a pool ever had, also those that nobody has at present. */
    List<Integer> shards(String name) {
        var pool = metadata().pools().get(name);
        return pool == null ? List.of() : List.copyOf(pool.maps().numbers().keySet());
    }

    /** Who takes puts of a shard; numbers are never used again: one that is gone is so for ever. */
    List<Member> sendersOf(int shard) {
        var now = metadata();
        var place = now.map().place(shard);
        if (place == null && shard < now.nextShard()) {
            throw new Failure(Failure.Kind.NOT_FOUND, "shard " + shard + " was deleted");
        }
        if (place == null || place.sending().isEmpty()) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "shard %d %s"
                            .formatted(
                                    shard,
                                    place == null ? "is not known yet" : "waits for its members"));
        }
        return place.sending();
    }

    /** Where keys live. */
    Routes routes() {
        var current = routes;
        if (current == null) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the node does not know its pools yet");
        }
        return current;
    }
}
