package dev.squall.sim;

import dev.squall.node.ShardReplica;
import dev.squall.sim.check.Checkers;
import dev.squall.sim.check.Violation;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * One run from one seed: a whole cluster in this thread.
 *
 * <pre>
 *   a life:  boot ─► clients work, faults strike ─► all is mended ─► rest, and check ─► go down
 * </pre>
 *
 * Disks outlive a life. However much went wrong in it, once all is mended every node must be in one
 * view with all others, by itself and soon, and all replicas must become equal. The same seed gives
 * the same run.
 */
public final class Simulation {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    /** Nodes that nothing hinders are in one view and serve within: 30 s of simulated time. */
    private static final long FORM_NANOS_MAX = 30 * SECOND;

    /** Faults begin after this, whether all serve or not: 3 s. */
    private static final long BOOT_NANOS_MAX = 3 * SECOND;

    /** After this all frontiers have moved on: 2 s. */
    private static final long REST_NANOS = 2 * SECOND;

    private final long seed;
    private final Chance chance;
    private final World world;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<LateProducer> late = new ArrayList<>();
    private final List<Labeller> labellers = new ArrayList<>();
    private final Ledger ledger;
    private final Pools pools;
    private final FaultPlan faults;

    private Simulation(long seed, Mix mix, Saboteur saboteur, Trace.Sink sink, boolean traced) {
        this.seed = seed;
        this.chance = new Chance(seed);
        var swarm =
                Swarm.draw(
                        chance.split(),
                        mix,
                        new Chance(~seed),
                        new Chance(-7 * seed),
                        new Chance(-11 * seed),
                        new Chance(-17 * seed));
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
        nodes.forEach(n -> n.meet(nodes));
        this.ledger = new Ledger(world);
        this.pools = new Pools(world, nodes, ledger, new Chance(~seed), mix);
        for (int i = 1; i <= swarm.clients(); i++) {
            clients.add(new Client(i, world, nodes, ledger));
        }
        this.faults = new FaultPlan(world, nodes, pools::deleteAny);
        for (int i = 1; i <= swarm.lateProducers(); i++) {
            var pool = swarm.pools().get((i - 1) % swarm.pools().size());
            var door = new Client(swarm.clients() + i, world, nodes, ledger);
            late.add(new LateProducer(i, pool, world, door));
        }
        if (Labeller.wanted(swarm)) {
            int id = swarm.clients() + swarm.lateProducers() + 1;
            var door = new Client(id, world, nodes, ledger);
            labellers.add(new Labeller(id, world, door, new Chance(-13 * seed)));
        }
    }

    /**
     * A run in which everything held.
     *
     * @param text what clients asked, and how it was answered
     * @param events how many things happened
     */
    public record Done(String text, long events) {}

    /**
     * Runs a seed.
     *
     * @throws Violation when something does not hold
     */
    public static Done run(long seed) {
        return run(seed, Mix.ANY.label());
    }

    /**
     * Runs a seed of a mix.
     *
     * @param mix the name of a {@link Mix}
     * @throws Violation when something does not hold
     */
    public static Done run(long seed, String mix) {
        return new Simulation(seed, Mix.of(mix), Saboteur.NONE, _ -> {}, false).run();
    }

    /** Runs a seed and says everything that happens. */
    static Done run(long seed, Mix mix, Trace.Sink sink) {
        return new Simulation(seed, mix, Saboteur.NONE, sink, true).run();
    }

    /** Runs a seed with a planted bug. */
    static Done run(long seed, Saboteur saboteur) {
        return new Simulation(seed, Mix.ANY, saboteur, _ -> {}, false).run();
    }

    private Done run() {
        say("seed %d: %s".formatted(seed, world.swarm().describe()));
        int lives = world.swarm().lives();
        for (int life = 1; life <= lives; life++) {
            say("life %d of %d".formatted(life, lives));
            clients.forEach(Client::start);
            late.forEach(LateProducer::start);
            labellers.forEach(Labeller::start);
            pools.start();
            boot(life == 1);
            faults.strike();
            runFor(world.swarm().lifeNanos());
            clients.forEach(Client::stop);
            late.forEach(LateProducer::stop);
            labellers.forEach(Labeller::stop);
            pools.stop();
            if (life == lives || chance.with(0.5)) {
                rest();
            }
            if (life < lives) {
                faults.bringDown();
                pools.forgetAsked();
            }
        }
        nodes.forEach(n -> n.crash(true));
        var done = ledger.describe();
        say(done);
        return new Done(done, world.agenda().steps());
    }

    private void say(String text) {
        world.trace().say(0, "run", text);
    }

    /** Boots whoever is down; but for the first time, that may be disturbed. */
    private void boot(boolean undisturbed) {
        faults.bootAll(!undisturbed);
        if (!until(this::allServe, undisturbed ? FORM_NANOS_MAX : BOOT_NANOS_MAX) && undisturbed) {
            throw new Violation(
                    "Forming", "nothing hinders the nodes, but they do not serve:" + states());
        }
    }

    /** Whether all nodes serve everything themselves, in the same view. */
    private boolean allServe() {
        long view = -1;
        for (var node : nodes) {
            var life = node.life();
            var state = life == null ? null : life.core().state();
            if (state == null || !state.well() || (view >= 0 && view != state.view())) {
                return false;
            }
            view = state.view();
        }
        return true;
    }

    /** Whether all serve, every shard lies where it should, and takes puts if it can. */
    private boolean tidy() {
        return allServe()
                && nodes.stream()
                        .map(SimNode::life)
                        .filter(Objects::nonNull)
                        .allMatch(life -> life.core().tidy() && takePuts(life));
    }

    private static boolean takePuts(SimNode.Life life) {
        for (var replica : life.core().replicas()) {
            int min = replica.pool().layout().minReplicas();
            if (!replica.lacks().isEmpty() && replica.members().size() >= min) {
                return false;
            }
        }
        return true;
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

    /** Faults end: everybody gets an answer, all are in one view, and all replicas are equal. */
    private void rest() {
        faults.heal();
        say("rest");
        if (!until(ledger::settled, Ledger.ANSWER_NANOS_MAX)) {
            throw new Violation("Answers", "never answered: " + ledger.oldest() + states());
        }
        if (!until(this::allServe, FORM_NANOS_MAX)) {
            throw new Violation(
                    "Liveness", "all is mended, but the nodes do not serve:" + states());
        }
        if (!until(this::tidy, FORM_NANOS_MAX)) {
            throw new Violation("Layout", "all serve, but shards lie where they should not");
        }
        world.checkers().lookThrough();
        if (!until(() -> tidy() && !world.checkers().harmed(), FORM_NANOS_MAX)) {
            throw new Violation("Repair", "what has rotted is not repaired:" + states());
        }
        settle();
    }

    private void settle() {
        if (!until(pools::moved, FORM_NANOS_MAX)) {
            throw new Violation("Liveness", "all is mended, but keys still move:" + states());
        }
        long restMicros = Long.MAX_VALUE;
        for (var node : nodes) {
            var life = node.life();
            restMicros = life == null ? restMicros : Math.min(restMicros, life.micros());
        }
        runFor(REST_NANOS);
        var _ = until(this::nothingOpen, Ledger.ANSWER_NANOS_MAX); // or a checker says what is
        if (tidy()) {
            pools.check();
            world.checkers().settled(restMicros);
        }
    }

    /**
     * Whether every batch over several shards has come to its end, and what is labelled was carried
     * out of the segments that these had held.
     */
    private boolean nothingOpen() {
        for (var node : nodes) {
            var life = node.life();
            for (var replica : life == null ? List.<ShardReplica>of() : life.core().replicas()) {
                var store = replica.store();
                boolean open = store != null && !store.tickets().open().isEmpty();
                if (open || (store != null && !store.due().isEmpty())) {
                    return false;
                }
            }
        }
        return true;
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
