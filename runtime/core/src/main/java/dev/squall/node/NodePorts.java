package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.log.CutOff;
import dev.squall.log.Disk;
import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.log.PersistAgent;
import dev.squall.log.Recovery;
import dev.squall.log.Soundness;
import dev.squall.store.PoolSpec;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.view.Decision;
import dev.squall.view.ViewCodec;
import dev.squall.view.Vote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the two agents need of each other and of the ground: votes on disk, the recovery of logs,
 * and the way of a journal from the one agent to the other.
 */
final class NodePorts implements GroupAgent.Ports, PersistAgent.Listener {

    private static final System.Logger LOG = System.getLogger(NodePorts.class.getName());

    /** Holds this node's {@link Vote}. */
    private static final String VIEW_FILE = "view";

    private final NodeConfig config;
    private final Ground ground;
    private final Disk disk;
    private final Changes changes;
    private final PutListener listener;
    private final Shelf shelf;
    private final Checkpoints checkpoints;
    private final Map<Integer, CompletableFuture<Void>> going = new HashMap<>();
    private final ArrayDeque<Drop> drops = new ArrayDeque<>();
    private @Nullable TicketKeeper keeper;
    private final CarryForward carried = new CarryForward();
    private @Nullable GroupAgent group;
    private @Nullable PersistAgent persist;

    /** Files to be deleted once the command that says so is on disk. */
    private record Drop(int shard, Journal journal, long version, CompletableFuture<Void> gone) {}

    NodePorts(NodeConfig config, Ground ground, Changes changes, PutListener listener) {
        this.config = config;
        this.ground = ground;
        this.disk = ground.disk();
        this.changes = changes;
        this.listener = listener;
        this.checkpoints = new Checkpoints(ground);
        this.shelf = new Shelf(ground, this::wake);
    }

    /** The two agents know each other through here. */
    void join(GroupAgent group, PersistAgent persist, TicketKeeper keeper) {
        this.keeper = keeper;
        this.group = group;
        this.persist = persist;
    }

    private void wake() {
        var agent = group;
        if (agent != null) { // otherwise its first turn will look
            agent.wake();
        }
    }

    /** The vote that this node's disk knows. */
    Vote firstVote() {
        try {
            var bytes = disk.read(VIEW_FILE);
            return bytes.length == 0
                    ? Vote.first(Decision.configured(config.members()))
                    : ViewCodec.readVote(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + config.data().resolve(VIEW_FILE), e);
        }
    }

    @Override
    public Clock clock() {
        return ground.clock();
    }

    @Override
    public Fabric fabric(Hello self, FabricListener listener) {
        return ground.fabrics().open(self, listener);
    }

    @Override
    public Shelf shelf() {
        return shelf;
    }

    @Override
    public boolean vote(Vote vote) {
        try {
            disk.replace(VIEW_FILE, ViewCodec.write(vote));
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "cannot write a vote, which does not count", e);
            makeRoom();
            return false;
        }
    }

    private void makeRoom() {
        if (persist != null) {
            persist.makeRoom();
        }
    }

    @Override
    public ShardParts shard(int shard, int index, PoolSpec pool, PoolMaps.Role role) {
        var gone = going.remove(shard);
        boolean persistent = pool.store() == StoreKind.PERSISTENT;
        var found = gone != null || !persistent ? null : shelf.take(shard);
        if (!persistent) {
            shelf.leave(shard);
        }
        var made = new Making(pool, role);
        var loaded = gone == null ? load(shard, made, found) : loadWhenGone(shard, made, gone);
        return new ShardParts(
                shard,
                index,
                pool,
                config.id(),
                config.ringBytes(),
                config.pipeline(),
                loaded,
                found == null ? 0 : found.log().lastVersion(),
                found == null ? 0 : found.log().lastTimestamp(),
                found == null ? 0 : shelf.whole(shard),
                this::refill,
                version ->
                        shelf.recover(shard, version, this::wake)
                                .thenApply(again -> index(again, store(shard, made, again.log()))),
                this::mark,
                ground.executor());
    }

    private void mark(int shard, long view) {
        try {
            shelf.mark(shard, view);
        } catch (UncheckedIOException e) {
            makeRoom();
            throw e;
        }
    }

    /** What a store is made with. */
    private record Making(PoolSpec pool, PoolMaps.Role role) {}

    private ShardStore store(int shard, Making made, Log log) {
        var store = new ShardStore(shard, made.pool(), log, listener(shard));
        store.imports().goOn(made.role().sources(), made.role().micros());
        return store;
    }

    private CompletableFuture<ShardParts.Loaded> load(
            int shard, Making made, Recovery.@Nullable Recovered found) {
        if (found != null) {
            return CompletableFuture.supplyAsync(
                    () -> index(found, store(shard, made, found.log())), ground.executor());
        }
        int segmentBytes = made.pool().budget().segmentBytes(ground.segmentBytes());
        var store = store(shard, made, new Log(segmentBytes));
        return CompletableFuture.completedFuture(new ShardParts.Loaded(store, null));
    }

    /** The files of the shard's former life here are being deleted: it begins once they are. */
    private CompletableFuture<ShardParts.Loaded> loadWhenGone(
            int shard, Making made, CompletableFuture<Void> gone) {
        return made.pool().store() == StoreKind.PERSISTENT
                ? gone.thenCompose(_ -> shelf.recover(shard, Long.MAX_VALUE, this::wake))
                        .thenApply(empty -> index(empty, store(shard, made, empty.log())))
                : load(shard, made, null);
    }

    private ShardParts.Loaded index(Recovery.Recovered found, ShardStore store) {
        try {
            store.recover(found.checkpoint());
            checkpoints.opened(store, found);
            return new ShardParts.Loaded(store, found.journal());
        } catch (Soundness.Harmed e) {
            checkpoints.doubted(store.shard(), e); // and the log is read again, as a whole
            throw e;
        } finally {
            wake();
        }
    }

    /** The same shard without what is behind a version. */
    private CompletableFuture<ShardParts.Loaded> refill(ShardParts.Loaded held, long version) {
        var old = held.store();
        int shard = old.shard();
        LOG.log(
                System.Logger.Level.WARNING,
                "shard {0}: versions {1} to {2} are dropped, the group never agreed on them",
                shard,
                version + 1,
                old.log().lastVersion());
        var journal = held.journal();
        var again =
                journal == null || persist == null
                        ? CompletableFuture.supplyAsync(
                                () -> refillMemory(old, version), ground.executor())
                        : refillDisk(old, journal, persist, version);
        return again.whenComplete((_, e) -> {
            if (e != null) {
                LOG.log(System.Logger.Level.ERROR, "cannot cut the log of shard " + shard, e);
            }
            wake();
        });
    }

    private CompletableFuture<ShardParts.Loaded> refillDisk(
            ShardStore old, Journal journal, PersistAgent persist, long version) {
        var closed = new CompletableFuture<Void>();
        checkpoints.closed(journal);
        persist.withdraw(journal, () -> closed.complete(null));
        return closed.thenCompose(_ -> shelf.recover(old.shard(), version, this::wake))
                .thenApply(found -> index(found, again(old, found.log())));
    }

    private ShardStore again(ShardStore old, Log log) {
        var store = new ShardStore(old.shard(), old.pool(), log, listener(old.shard()));
        store.imports().goOnAs(old.imports());
        return store;
    }

    /** What only memory had is kept on the disk, too. */
    private ShardParts.Loaded refillMemory(ShardStore old, long version) {
        try {
            var kept =
                    new CutOff(disk, old.shard(), ground.clock().micros())
                            .behind(old.log(), version)
                            .write(1, version);
            LOG.log(System.Logger.Level.WARNING, "shard {0}: {1}", old.shard(), kept);
            return new ShardParts.Loaded(old.upTo(version), null);
        } catch (IOException e) {
            throw new UncheckedIOException("shard " + old.shard(), e);
        }
    }

    private PutListener listener(int shard) {
        return shard == 0 ? (_, _, object) -> agent().directory().onCommand(object) : listener;
    }

    private GroupAgent agent() {
        var agent = group;
        if (agent == null) {
            throw new IllegalStateException("the node is not composed yet");
        }
        return agent;
    }

    @Override
    public void loaded(ShardReplica replica) {
        var journal = replica.journal();
        if (journal != null && persist != null) {
            persist.add(journal);
        }
    }

    @Override
    public void dropped(ShardReplica replica, long version) {
        var journal = replica.journal();
        if (journal != null) {
            drop(replica.id, journal, version);
        } else {
            ground.executor().execute(() -> forgetCuts(replica.id));
        }
    }

    private void forgetCuts(int shard) {
        try {
            CutOff.deleteAll(disk, shard);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "what was cut off shard " + shard + " stays", e);
        }
    }

    @Override
    public void dropped(int shard, long version) {
        drop(shard, shelf.take(shard).journal(), version);
    }

    private void drop(int shard, Journal journal, long version) {
        checkpoints.closed(journal);
        var gone = new CompletableFuture<Void>();
        going.put(shard, gone);
        drops.add(new Drop(shard, journal, version, gone));
    }

    @Override
    public void discard(long version) {
        var next = drops.peek();
        while (next != null && next.version() <= version && persist != null) {
            var drop = next;
            try {
                shelf.forget(drop.shard());
            } catch (UncheckedIOException _) {
                makeRoom();
                return; // what is to go stays until the disk takes note of it
            }
            drops.remove();
            var _ = persist.discard(drop.journal()).thenRun(() -> drop.gone().complete(null));
            next = drops.peek();
        }
    }

    @Override
    public void look(ShardReplica replica, long now) {
        if (keeper != null) {
            keeper.look(replica, now);
            carried.step(replica, now);
        }
    }

    @Override
    public void delivered(long total) {
        changes.delivered(total);
    }

    @Override
    public void persist() {
        if (persist != null) {
            persist.wake();
        }
    }

    @Override
    public void persisted() {
        agent().wake();
        if (persist != null) {
            checkpoints.step(persist);
        }
    }

    @Override
    public void failed(Journal journal, IOException e) {
        var why = "cannot write its log, and tries again: " + e.getMessage();
        LOG.log(System.Logger.Level.ERROR, "shard {0} {1}", journal.shard(), why);
        trouble(journal, trouble -> trouble.begins(why));
    }

    @Override
    public void mended(Journal journal) {
        LOG.log(System.Logger.Level.INFO, "the log of shard {0} is written again", journal.shard());
        trouble(journal, Trouble::mended);
    }

    private void trouble(Journal journal, Consumer<Trouble> change) {
        agent().request(() -> {
            var replica = agent().replicas().get(journal.shard());
            if (replica != null && replica.journal() == journal) {
                change.accept(replica.health.trouble);
            }
        });
    }
}
