package dev.squall.sim;

import dev.squall.node.ShardReplica;
import dev.squall.sim.check.Checkers;
import dev.squall.sim.check.Violation;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * One run from one seed: a whole cluster in this thread.
 *
 * <pre>
 *   a life:  boot ─► form a view ─► clients work, faults strike ─► rest, and check ─► go down
 * </pre>
 *
 * Disks outlive a life, and membership is static: when a member is lost the view ends, and all
 * nodes must restart. A run has a few lives; the last one rests. The same seed gives the same run.
 */
public final class Simulation {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    /** Nodes that nothing hinders form a view and recover within: 20 s of simulated time. */
    private static final long FORM_NANOS_MAX = 20 * SECOND;

    /** Attempts to form a view while faults go on. */
    private static final int FORM_TRIES_MAX = 8;

    /** After this all frontiers have moved on: 2 s. */
    private static final long REST_NANOS = 2 * SECOND;

    private final long seed;
    private final Chance chance;
    private final World world;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Ledger ledger;
    private final Pools pools;
    private final FaultPlan faults;

    private Simulation(long seed, Saboteur saboteur, Trace.Sink sink, boolean traced) {
        this.seed = seed;
        this.chance = new Chance(seed);
        var swarm = Swarm.draw(chance.split());
        var agenda = new Agenda();
        var trace = new Trace(agenda, sink, traced);
        var network = new Network(agenda, chance.split(), swarm, saboteur);
        var checkers =
                new Checkers((node, shard, entry) -> {
                    if (trace.on()) {
                        trace.say(node, "deliver", "shard " + shard + "  " + entry);
                    }
                });
        this.world = new World(agenda, chance.split(), swarm, network, saboteur, trace, checkers);
        var members = new ArrayList<Member>();
        for (int id : swarm.nodeIds()) {
            members.add(new Member(id, "sim", 9000 + id, "http://sim:" + (8000 + id)));
        }
        for (int id : swarm.nodeIds()) {
            nodes.add(new SimNode(id, world, members));
        }
        this.ledger = new Ledger(world);
        this.pools = new Pools(world, nodes, ledger);
        for (int i = 1; i <= swarm.clients(); i++) {
            clients.add(new Client(i, world, nodes, ledger));
        }
        this.faults = new FaultPlan(world, nodes);
    }

    /**
     * Runs a seed.
     *
     * @throws Violation when something does not hold
     */
    public static String run(long seed) {
        return run(seed, Saboteur.NONE, _ -> {}, false);
    }

    /** Runs a seed and says everything that happens. */
    public static String run(long seed, Trace.Sink sink) {
        return run(seed, Saboteur.NONE, sink, true);
    }

    /** Runs a seed with a planted bug. */
    static String run(long seed, Saboteur saboteur, Trace.Sink sink, boolean traced) {
        return new Simulation(seed, saboteur, sink, traced).run();
    }

    private String run() {
        say("seed %d: %s".formatted(seed, world.swarm().describe()));
        int lives = world.swarm().lives();
        for (int life = 1; life <= lives; life++) {
            say("life %d of %d".formatted(life, lives));
            clients.forEach(Client::start);
            pools.start();
            form();
            pools.check();
            faults.strike();
            runFor(world.swarm().lifeNanos());
            clients.forEach(Client::stop);
            pools.stop();
            if (life == lives || chance.with(0.5)) {
                rest();
            }
            if (life < lives) {
                bringDown();
            }
        }
        nodes.forEach(n -> n.crash(true));
        var done = ledger.describe();
        say(done);
        return done;
    }

    private void say(String text) {
        world.trace().say(0, "run", text);
    }

    /** Boots whoever is down until all serve; the first attempts may be disturbed. */
    private void form() {
        for (int i = 0; i < FORM_TRIES_MAX; i++) {
            boolean undisturbed = i >= FORM_TRIES_MAX / 2;
            faults.bootAll(!undisturbed);
            if (until(() -> allServe() || anyWedged() || anyDown(), FORM_NANOS_MAX) && allServe()) {
                return;
            }
            if (undisturbed && !anyWedged() && !anyDown()) {
                break;
            }
            bringDown();
        }
        throw new Violation(
                "Forming", "nothing hinders the nodes, but they do not serve: " + states());
    }

    private void bringDown() {
        faults.bringDown();
        pools.forgetAsked();
    }

    private boolean allServe() {
        return nodes.stream()
                .allMatch(n -> {
                    var life = n.life();
                    return life != null && life.core().state().ready();
                });
    }

    private boolean anyWedged() {
        return nodes.stream()
                .anyMatch(n -> {
                    var life = n.life();
                    return life != null && life.wedged();
                });
    }

    private boolean anyDown() {
        return nodes.stream().anyMatch(n -> !n.up());
    }

    private String states() {
        var text = new StringBuilder();
        for (var node : nodes) {
            var life = node.life();
            text.append(" node %d ".formatted(node.id));
            text.append(life == null ? "is down;" : life.core().state() + ";");
        }
        return text.toString();
    }

    /**
     * Faults end; everybody gets an answer, and all replicas become equal unless the view ended.
     */
    private void rest() {
        faults.heal();
        say("rest");
        runFor(world.swarm().suspectMillis() * MILLI);
        until(() -> nodes.stream().noneMatch(SimNode::paused), FORM_NANOS_MAX);
        if (!until(ledger::settled, Ledger.ANSWER_NANOS_MAX)) {
            throw new Violation("Answers", "never answered: " + ledger.oldest() + states());
        }
        if (allServe()) {
            settle();
        } else if (!until(this::equallyStopped, Ledger.ANSWER_NANOS_MAX)) {
            throw new Violation("Wedging", "some serve on without the others:" + states());
        }
    }

    /** Nobody serves when a member is down; a shard that has stopped somewhere has everywhere. */
    private boolean equallyStopped() {
        var stopped = new TreeSet<Integer>();
        var serving = new TreeSet<Integer>();
        for (var node : nodes) {
            var life = node.life();
            if (life != null) {
                for (var replica : life.core().replicas()) {
                    boolean stops = replica.phase() == ShardReplica.Phase.STOPPED;
                    (stops ? stopped : serving).add(replica.id());
                }
            }
        }
        return (!anyDown() || serving.isEmpty()) && stopped.stream().noneMatch(serving::contains);
    }

    private void settle() {
        long restMicros = Long.MAX_VALUE;
        for (var node : nodes) {
            var life = node.life();
            restMicros = life == null ? restMicros : Math.min(restMicros, life.micros());
        }
        runFor(REST_NANOS);
        if (allServe()) {
            pools.check();
            world.checkers().settled(restMicros);
        }
    }

    private void runFor(long nanos) {
        long end = world.agenda().nanos() + nanos;
        world.agenda().at(end, () -> {});
        while (world.agenda().nanos() < end && world.agenda().step()) {
            ledger.check();
        }
    }

    /** Lets time pass until something is so. Returns false when it took too long. */
    private boolean until(BooleanSupplier done, long nanosMax) {
        long end = world.agenda().nanos() + nanosMax;
        world.agenda().at(end, () -> {});
        while (!done.getAsBoolean()) {
            if (world.agenda().nanos() >= end || !world.agenda().step()) {
                return false;
            }
            ledger.check();
        }
        return true;
    }
}
