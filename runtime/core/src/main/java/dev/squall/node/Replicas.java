package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.base.Hlc;
import dev.squall.fabric.Fabric;
import dev.squall.store.PoolSpec;
import dev.squall.table.NodeColumn;
import dev.squall.table.ShardColumn;
import dev.squall.table.Table;
import dev.squall.view.Board;
import dev.squall.view.Decision;
import dev.squall.view.Holding;
import dev.squall.view.Report;
import dev.squall.view.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The shards that this node holds, and the view in which it does: gives each its turn, ends them
 * all when the view ends, and begins them again in the next one.
 *
 * <p>Belongs to the group agent, but for {@link #all}.
 */
final class Replicas implements Directory.Shards {

    private static final String WITHOUT = "the group went on without this node";

    private final GroupAgent.Ports ports;
    private final Fabric fabric;
    private final Board board;
    private final Regions regions;
    private final Moving moving;
    private final ConcurrentSkipListMap<Integer, ShardReplica> all = new ConcurrentSkipListMap<>();
    private final List<ShardReplica> turns = new ArrayList<>();
    private @Nullable Epoch epoch;
    private long delivered;

    Replicas(int self, GroupAgent.Ports ports, Fabric fabric, Board board) {
        this.ports = ports;
        this.fabric = fabric;
        this.board = board;
        this.regions = new Regions(fabric, board);
        this.moving = new Moving(self, all, ports.clock(), this);
    }

    /** By shard number; any thread. */
    ConcurrentSkipListMap<Integer, ShardReplica> all() {
        return all;
    }

    @Nullable Table nodes() {
        var current = epoch;
        return current == null ? null : current.nodes;
    }

    /** A view begins. */
    void begin(Epoch next) {
        next.register(fabric);
        epoch = next;
    }

    /** Gives every shard its turn and pushes what they changed. Returns how much work there was. */
    int step(Hlc hlc, Directory directory, long now) {
        regions.release();
        // Only what the shards did counts: bytes that came and went must not make promises, which
        // are bytes themselves, or three idle nodes would keep each other busy for ever.
        int work = 0;
        for (int i = 0; i < turns.size(); i++) {
            work += step(turns.get(i), hlc, directory, now);
        }
        var current = epoch;
        if (current != null && !current.wedged()) {
            work += moving.step(now);
            current.heartbeat.step(now, work > 0);
            Tidying.say(current, turns, directory);
            current.push(fabric, board, turns);
        }
        return work;
    }

    private int step(ShardReplica replica, Hlc hlc, Directory directory, long now) {
        var current = epoch;
        var shard = replica.epoch();
        long promise = current == null || shard == null ? 0 : current.promise(shard);
        long sofar = shard == null ? 0 : shard.multicast.delivered();
        boolean settled = replica.id == 0 || directory.settled();
        var before = replica.phase();
        int work = replica.step(hlc, promise, settled, now);
        if (shard != null) {
            delivered(replica, shard.multicast.delivered() - sofar);
        }
        ports.look(replica, now);
        if (before != replica.phase()) {
            changed(replica, before, directory);
        }
        if (replica.id == 0 && replica.phase() == ShardReplica.Phase.READY) {
            directory.step(replica);
            // Everywhere, not here alone: a group that restarts without this node must know it.
            ports.discard(shard == null ? 0 : shard.minOfFilled(ShardColumn.PERSISTED));
        }
        return work;
    }

    private void changed(ShardReplica replica, ShardReplica.Phase before, Directory directory) {
        if (before == ShardReplica.Phase.RECOVERING) {
            ports.loaded(replica);
        } else if (replica.phase() == ShardReplica.Phase.RECOVERING && replica.id == 0) {
            directory.forget(); // some of what it read is being dropped
        }
    }

    private void delivered(ShardReplica replica, long fresh) {
        if (fresh > 0) {
            delivered += fresh;
            ports.delivered(delivered);
            if (replica.persistent()) {
                ports.persist();
            }
        }
    }

    /** Whether this node is to end the view, so that the shards are laid out anew. */
    boolean tidyingIsDue(Directory directory, long now) {
        var current = epoch;
        return current != null && !current.wedged() && Tidying.due(current, directory, now);
    }

    /** The view is about to end: nothing moves any more. Returns what is held here. */
    List<Holding> wedge() {
        var current = epoch;
        if (current != null) {
            current.wedge();
        }
        var holdings = new ArrayList<>(ports.shelf().holdings());
        for (var replica : turns) {
            replica.wedge();
            holdings.add(replica.holding());
        }
        return holdings;
    }

    /**
     * The view has ended.
     *
     * @param survivor whether this node delivers what is left of it, up to the trim
     */
    void end(Decision decision, boolean survivor) {
        var ended = epoch;
        moving.end();
        for (var replica : turns) {
            var shard = replica.epoch();
            if (shard != null) {
                shard.retire(regions);
            }
            if (!survivor || ended == null) {
                replica.out(WITHOUT);
            } else {
                long before = shard == null ? 0 : shard.multicast.delivered();
                replica.end(decision.trim(replica.id, ended.view.id()));
                delivered(replica, shard == null ? 0 : shard.multicast.delivered() - before);
            }
        }
        if (ended != null) {
            regions.retire(ended.view.id(), ended.region);
        }
        epoch = null;
    }

    /** The group goes on without this node. */
    void out() {
        turns.forEach(r -> r.out(WITHOUT));
    }

    /** Refuses the puts that wait: the view does not change in good time. */
    void refuse(String why) {
        turns.forEach(r -> r.puts.refuse(why));
    }

    /** Whether nobody waits for a put, or to be filled from here. */
    boolean idle() {
        return turns.stream().allMatch(ShardReplica::idle);
    }

    @Override
    public void begin(int shard, int index, PoolSpec pool, PoolMaps.Role role, ShardPlace place) {
        var current = epoch;
        if (current == null) {
            throw new IllegalStateException("a shard without a view");
        }
        var replica = all.get(shard);
        if (replica == null) {
            replica = new ShardReplica(ports.shard(shard, index, pool, role));
            all.put(shard, replica);
            turns.add(replica);
        }
        moving.begin(replica, role);
        replica.begin(current.view, place, role, fabric);
    }

    @Override
    public void changed(Metadata now) {
        moving.changed(now);
    }

    /** What this node says when it has stopped taking part in the view. */
    Report report(Seat self, boolean live, long knows, long since, Hlc hlc) {
        var holdings = wedge();
        return new Report(
                self.node(),
                self.incarnation(),
                live,
                knows,
                since,
                hlc.promise(),
                latest(),
                busy(),
                holdings);
    }

    /** No version here has a later time, nor will one of this view that may still come. */
    private long latest() {
        long latest = ports.shelf().latest();
        for (var replica : turns) {
            latest = Math.max(latest, replica.loading.latest(replica.multicast()));
        }
        return latest;
    }

    /** The shards in which a batch over several may be open, as far as is known here. */
    private List<Integer> busy() {
        var busy = new ArrayList<>(ports.shelf().shards());
        for (var replica : turns) {
            if (replica.loading.busy(replica.multicast())) {
                busy.add(replica.id);
            }
        }
        return busy;
    }

    @Override
    public void drop(int shard, long version) {
        var replica = all.remove(shard);
        if (replica == null) {
            ports.dropped(shard, version);
            return;
        }
        var ended = replica.epoch();
        if (ended != null) {
            // Its memory stays registered: a peer that is behind may still write into it.
            ended.retire(regions);
        }
        turns.remove(replica);
        close(replica, Failure.Kind.NOT_FOUND, "it is not held here any more");
        ports.dropped(replica, version);
    }

    @Override
    public List<Integer> held() {
        var held = new ArrayList<>(all.keySet());
        held.addAll(ports.shelf().shards());
        return held;
    }

    @Override
    public boolean keeps(int shard) {
        var replica = all.get(shard);
        return replica != null && replica.health.trouble.keeps();
    }

    /** Whether a replica came into trouble, or out of it, so that the view has to change. */
    boolean wantChange() {
        boolean wanted = false;
        for (int i = 0; i < turns.size(); i++) {
            wanted |= turns.get(i).health.wantsChange(turns.get(i).epoch());
        }
        return wanted;
    }

    @Override
    public void created(int count) {
        var current = epoch;
        if (current != null) {
            current.nodes.raise(NodeColumn.SHARDS, count);
        }
    }

    @Override
    public void say(Put command) {
        var system = all.get(0);
        if (system != null) {
            system.puts.offer(PendingPut.unanswered(command, ports.clock().nanos()));
        }
    }

    /** Has every member promise this time soon. */
    void want(long micros, long now) {
        var current = epoch;
        if (current != null) {
            current.heartbeat.want(micros, now);
        }
    }

    /** Nothing is served from now on. */
    void stop(String why) {
        turns.forEach(r -> r.stop(why));
    }

    /** The node ends: everybody who waits is told. */
    void close() {
        turns.forEach(r -> close(r, Failure.Kind.UNAVAILABLE, "the node is stopping"));
    }

    /** Stops a replica that will have no more turns. */
    private static void close(ShardReplica replica, Failure.Kind kind, String why) {
        replica.stop(why);
        replica.waiters.close(new Failure(kind, "shard " + replica.id + ": " + why));
    }
}
