package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.sim.check.Violation;
import dev.squall.store.PoolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pools of a run, deletes one now and then, and checks that "metadata is one order": what
 * was answered is known to every node from then on, over restarts too.
 */
final class Pools {

    private static final long AGAIN_NANOS = 20_000_000;

    private final World world;
    private final Chance chance;
    private final Chance scaling;
    private final double scales;
    private final List<SimNode> nodes;
    private final Ledger ledger;
    private final TreeSet<String> there = new TreeSet<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private boolean working;

    /** Shards of a pool. */
    private static final int SHARDS_MAX = 4;

    /**
     * @param scaling what pools are scaled to, apart from all other chance
     * @param mix says how often
     */
    Pools(World world, List<SimNode> nodes, Ledger ledger, Chance scaling, Mix mix) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
        this.scaling = scaling;
        this.scales = mix.scales(scaling);
    }

    void start() {
        if (!working) {
            working = true;
            makeMissing();
        }
    }

    void stop() {
        working = false;
    }

    private void makeMissing() {
        if (!working) {
            return;
        }
        for (var pool : world.swarm().pools()) {
            var life = chance.oneOf(nodes).life();
            if (life == null || asked.contains(pool.name())) {
                continue; // one command at a time, or nobody could say what must be there
            }
            if (!there.contains(pool.name())) {
                asked.add(pool.name());
                life.later(0, () -> create(pool, life));
            } else if (scaling.with(scales)) {
                asked.add(pool.name());
                life.later(0, () -> scale(pool, life));
            } else if (chance.with(0.002)) {
                asked.add(pool.name());
                life.later(0, () -> delete(pool.name(), life));
            }
        }
        world.agenda().after(AGAIN_NANOS, this::makeMissing);
    }

    /** Deletes a pool, if there is one. */
    void deleteAny() {
        for (var name : there) {
            var life = chance.oneOf(nodes).life();
            if (life != null && asked.add(name)) {
                life.later(0, () -> delete(name, life));
                return;
            }
        }
    }

    private void create(PoolSpec pool, SimNode.Life life) {
        var answer = life.core().pools().create(pool);
        ledger.other("create " + pool.name(), life, answer, () -> there.add(pool.name()));
        var _ = answer.whenComplete((_, error) -> done(pool.name(), error));
    }

    /** Spreads a pool over another number of shards, or makes another number of copies. */
    private void scale(PoolSpec pool, SimNode.Life life) {
        int shards = scaling.between(1, SHARDS_MAX);
        int least = pool.layout().minReplicas();
        var named = pool.layout().members();
        int most = Math.max(least, named.isEmpty() ? nodes.size() : named.size());
        int replicas = scaling.with(0.8) ? pool.replicas() : scaling.between(least, most);
        var answer = life.core().pools().create(pool.scaled(shards, replicas));
        ledger.other("scale " + pool.name() + " to " + shards, life, answer, () -> {});
        var _ = answer.whenComplete((_, error) -> done(pool.name(), error));
    }

    /** Whether no keys are on their way to another shard. */
    boolean moved() {
        var lives = nodes.stream().map(SimNode::life).filter(life -> life != null).toList();
        return world.swarm().pools().stream()
                .map(PoolSpec::name)
                .allMatch(pool ->
                        lives.stream().anyMatch(life -> starves(life, pool))
                                || lives.stream().allMatch(life -> rests(life, pool)));
    }

    private static boolean rests(SimNode.Life life, String pool) {
        try {
            return life.core().pools().moves(pool) == 0;
        } catch (Failure _) {
            return false; // it has not read its metadata yet
        }
    }

    /** Whether it lacks replicas, or lies nowhere at all: others have all nodes alone. */
    private static boolean starves(SimNode.Life life, String pool) {
        boolean lacks =
                life.core().replicas().stream()
                        .anyMatch(r -> r.pool().name().equals(pool) && !r.lacks().isEmpty());
        return lacks || isNowhere(life, pool);
    }

    private static boolean isNowhere(SimNode.Life life, String pool) {
        try {
            return life.core().directory().shards(pool).isEmpty();
        } catch (Failure e) {
            return e.kind() == Failure.Kind.UNAVAILABLE;
        }
    }

    private void delete(String name, SimNode.Life life) {
        there.remove(name);
        var answer = life.core().pools().delete(name);
        ledger.other("delete " + name, life, answer, () -> {});
        var _ = answer.whenComplete((_, error) -> done(name, error));
    }

    private void done(String name, @Nullable Throwable error) {
        var cause = error instanceof CompletionException ? error.getCause() : error;
        if (!(cause instanceof Failure f && f.kind() == Failure.Kind.OUTCOME_UNKNOWN)) {
            asked.remove(name);
        }
    }

    /** All nodes are down: what was asked for and not answered will not be any more. */
    void forgetAsked() {
        asked.clear();
    }

    /** Every node that serves everything knows the pools that were answered. */
    void check() {
        for (var node : nodes) {
            var life = node.life();
            if (life != null && life.core().state().ready()) {
                check(life);
            }
        }
    }

    private void check(SimNode.Life life) {
        List<String> known = new ArrayList<>();
        try {
            life.core().pools().list().forEach(p -> known.add(p.name()));
        } catch (Failure _) {
            return; // has not read its metadata yet
        }
        if (!known.containsAll(there)) {
            throw new Violation(
                    "Metadata",
                    "node %d knows %s, but %s were made".formatted(life.node(), known, there));
        }
    }
}
