package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.log.Disk;
import dev.squall.log.Journal;
import dev.squall.log.Log;
import dev.squall.log.PersistAgent;
import dev.squall.log.Recovery;
import dev.squall.store.PoolSpec;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import dev.squall.view.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the two agents need of each other and of the ground: a view's id on disk, the recovery of
 * logs, and the way of a journal from the one agent to the other.
 */
final class NodePorts implements GroupAgent.Ports, PersistAgent.Listener {

    private static final System.Logger LOG = System.getLogger(NodePorts.class.getName());

    /** Holds the newest view's id, in decimal. */
    private static final String VIEW_FILE = "view";

    private final NodeConfig config;
    private final Ground ground;
    private final Disk disk;
    private final Changes changes;
    private final PutListener listener;
    private @Nullable GroupAgent group;
    private @Nullable PersistAgent persist;

    NodePorts(NodeConfig config, Ground ground, Changes changes, PutListener listener) {
        this.config = config;
        this.ground = ground;
        this.disk = ground.disk();
        this.changes = changes;
        this.listener = listener;
    }

    /** The two agents know each other through here. */
    void join(GroupAgent group, PersistAgent persist) {
        this.group = group;
        this.persist = persist;
    }

    /** The newest view that this node's disk knows; 0 = none. */
    long newestView() {
        try {
            var text = new String(disk.read(VIEW_FILE), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? 0 : Long.parseLong(text);
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
    public void viewFormed(View view) {
        try {
            disk.replace(VIEW_FILE, Long.toString(view.id()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + config.data().resolve(VIEW_FILE), e);
        }
    }

    @Override
    public ShardReplica.Parts shard(
            int shard, int index, PoolSpec pool, List<Member> members, View view) {
        return new ShardReplica.Parts(
                shard,
                index,
                pool,
                members,
                view,
                config.id(),
                config.ringBytes(),
                recover(shard, pool),
                ground.executor());
    }

    private CompletableFuture<ShardReplica.Loaded> recover(int shard, PoolSpec pool) {
        if (pool.store() != StoreKind.PERSISTENT) {
            var store =
                    new ShardStore(shard, pool, new Log(ground.segmentBytes()), listener(shard));
            return CompletableFuture.completedFuture(new ShardReplica.Loaded(store, null));
        }
        return CompletableFuture.supplyAsync(() -> load(shard, pool), ground.executor());
    }

    private ShardReplica.Loaded load(int shard, PoolSpec pool) {
        try {
            var found = Recovery.recover(disk, shard, ground.segmentBytes());
            if (found.cutBytes() > 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "shard {0}: {1} bytes behind the last whole record were cut off its log",
                        shard,
                        found.cutBytes());
            }
            var store = new ShardStore(shard, pool, found.log(), listener(shard));
            store.recover();
            return new ShardReplica.Loaded(store, found.journal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            agent().wake();
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
    public void ready(ShardReplica replica) {
        var journal = replica.journal();
        if (journal != null && persist != null) {
            persist.add(journal);
        }
    }

    @Override
    public void dropped(ShardReplica replica) {
        var journal = replica.journal();
        if (journal != null && persist != null) {
            persist.discard(journal);
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
    }

    @Override
    public void failed(Journal journal, IOException e) {
        LOG.log(System.Logger.Level.ERROR, "cannot write a log", e);
        agent().request(() -> {
            for (var replica : agent().replicas().values()) {
                if (replica.journal() == journal) {
                    replica.stop("its log cannot be written: " + e.getMessage());
                }
            }
        });
    }
}
