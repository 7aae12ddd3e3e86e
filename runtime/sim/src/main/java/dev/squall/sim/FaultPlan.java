package dev.squall.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides when which fault strikes, as far as the seed's swarm allows it. What the faults are
 * stands in {@link NetworkFaults}, {@link MachineFaults} and {@link ProcessFaults}; {@link
 * Aftershocks} strike at other times.
 *
 * <pre>
 *   {@link #strike} ─► faults at random times of a life ─► {@link #heal}: all is well from here on
 * </pre>
 */
final class FaultPlan {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** Between the first and the last node that goes down or boots: up to 300 ms. */
    private static final long STAGGER_NANOS_MAX = 300 * MILLI;

    /** From the first node that is told to stop to the last, when all are: 2 s. */
    private static final long TOLD_NANOS_MAX = 2000 * MILLI;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Season season;
    private final NetworkFaults network;
    private final MachineFaults machines;
    private final ProcessFaults processes;
    private final Aftershocks aftershocks;
    private final @Nullable Rare rare;

    /** What there is in those seeds alone that draw it. */
    private record Rare(
            Interregna interregna, LostDisks disks, Runnable drop, TicketFaults tickets) {}

    /**
     * @param drop deletes a pool
     */
    FaultPlan(World world, List<SimNode> nodes, Runnable drop) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.season = new Season(world.agenda());
        this.network = new NetworkFaults(world, chance.split(), season);
        this.machines = new MachineFaults(world, chance.split(), nodes);
        this.processes = new ProcessFaults(world, chance.split(), season, nodes);
        int shocks = world.swarm().faults().aftershocks();
        // Whoever has none of them draws nothing for them.
        this.aftershocks = new Aftershocks(shocks == 0 ? chance : chance.split(), season, nodes);
        aftershocks.add(node -> processes.crash(node));
        aftershocks.add(node -> network.isolate(node.id));
        aftershocks.add(node -> {
            network.isolate(node.id);
            processes.crash(chance.oneOf(nodes));
        });
        aftershocks.add(node -> {
            processes.crash(node);
            processes.crash(chance.oneOf(nodes));
        });
        aftershocks.add(_ -> processes.blackOut());
        this.rare = world.swarm().rarities().none() ? null : rare(chance.split(), drop);
    }

    private Rare rare(Chance c, Runnable drop) {
        var disks = new LostDisks(world, c.split(), nodes);
        return new Rare(
                new Interregna(world, c.split(), season, nodes, network, disks),
                disks,
                drop,
                new TicketFaults(world, c.split(), season, nodes, network, processes));
    }

    /** Faults of one life, from now on. */
    void strike() {
        world.network().stir();
        season.begin();
        var faults = world.swarm().faults();
        repeat(faults.clogs(), network::clog);
        repeat(faults.breaks(), network::breakConnection);
        repeat(faults.flaps(), network::flap);
        repeat(faults.isolations(), network::isolate);
        repeat(faults.splits(), network::split);
        repeat(faults.oneWayCuts(), network::cutOneWay);
        repeat(faults.fullDisks(), machines::fillDisk);
        repeat(faults.slowDisks(), machines::slowDisk);
        repeat(faults.brokenDisks(), machines::failDisk);
        repeat(faults.clockJumps(), machines::setClock);
        repeat(faults.pauses(), processes::pause);
        repeat(faults.crashes(), processes::crash);
        repeat(faults.rollingRestarts(), processes::rollingRestart);
        repeat(faults.storms(), processes::storm);
        repeat(faults.relays(), processes::crashAfterBoot);
        repeat(faults.blackouts(), processes::blackOut);
        aftershocks.plan(faults.aftershocks());
        if (rare != null) {
            strike(rare);
        }
    }

    private void strike(Rare with) {
        var rarities = world.swarm().rarities();
        with.interregna().plan(rarities.interregna());
        repeat(rarities.gaps(), with.interregna()::gap);
        repeat(rarities.wipes(), with.disks()::wipe);
        repeat(rarities.flips(), with.disks()::flip);
        repeat(rarities.forgets(), machines::forgetSync);
        with.tickets().plan(rarities.tickets());
        repeat(rarities.noises(), machines::flipOnTheWay);
        repeat(rarities.sicknesses(), machines::sicken);
        repeat(rarities.drops(), () -> dropAndBlackOut(with.drop()));
    }

    /** The power fails about when the logs of a deleted pool go. */
    private void dropAndBlackOut(Runnable drop) {
        drop.run();
        season.after(chance.scaled(MILLI, STAGGER_NANOS_MAX), processes::blackOut);
    }

    private void repeat(int times, Runnable fault) {
        for (int i = 0; i < times; i++) {
            season.after(chance.between(0, world.swarm().lifeNanos()), fault);
        }
    }

    /**
     * Nothing new goes wrong, and what was wrong is mended: liveness may be asked for from here.
     */
    void heal() {
        season.end();
        calm();
    }

    /** All nodes are up and run, every way is open, every disk is good. */
    private void calm() {
        world.trace().say(0, "calm", "all is mended");
        world.network().calm();
        for (var node : nodes) {
            node.disk.mend();
            if (node.paused()) {
                node.pause(0);
            }
            node.bootIfDown();
        }
    }

    /** Ends the life: all nodes go down, in one instant, in good order, or one after the other. */
    void bringDown() {
        season.end();
        if (chance.with(0.4)) {
            nodes.forEach(n -> n.crash(true));
            return;
        }
        if (chance.with(0.3)) {
            nodes.forEach(n -> world.agenda().after(chance.scaled(1, TOLD_NANOS_MAX), n::stop));
            waitOut(STAGGER_NANOS_MAX + TOLD_NANOS_MAX);
            nodes.forEach(n -> n.crash(chance.with(0.5)));
            return;
        }
        for (var node : nodes) {
            int how = chance.between(0, 2);
            world.agenda()
                    .after(
                            chance.between(0, STAGGER_NANOS_MAX),
                            () -> {
                                switch (how) {
                                    case 0 -> node.stop();
                                    case 1 -> node.crash(false);
                                    default -> node.crash(true);
                                }
                                if (chance.with(0.5)) {
                                    world.agenda()
                                            .after(
                                                    chance.scaled(MILLI, 200 * MILLI),
                                                    () -> node.bootIfDown());
                                }
                            });
        }
        waitOut(STAGGER_NANOS_MAX + 200 * MILLI);
    }

    /** Boots whoever is down; unless disturbed, on good disks and over open ways. */
    void bootAll(boolean disturbed) {
        if (!disturbed) {
            world.network().calm();
            nodes.forEach(n -> n.disk.mend());
        }
        for (var node : nodes) {
            world.agenda()
                    .after(
                            chance.between(0, STAGGER_NANOS_MAX),
                            () -> {
                                node.bootIfDown();
                                if (disturbed
                                        && world.swarm().faults().diskCrashes()
                                        && chance.with(0.2)) {
                                    node.disk.crashAfter(chance.between(1, 20));
                                }
                            });
        }
        waitOut(STAGGER_NANOS_MAX);
    }

    private void waitOut(long nanos) {
        long end = world.agenda().nanos() + nanos;
        world.agenda().at(end, () -> {});
        while (world.agenda().nanos() < end && world.agenda().step()) {
            // whatever happens meanwhile, happens
        }
    }
}
