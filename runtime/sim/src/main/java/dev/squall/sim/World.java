package dev.squall.sim;

import dev.squall.sim.check.Checkers;
import java.util.Map;
import java.util.Objects;

/**
 * What everything in a run shares.
 *
 * @param agenda simulated time
 * @param chance what is left to chance
 * @param swarm what the seed is like
 * @param network between the nodes
 * @param saboteur plants a bug, in tests of the checkers
 * @param trace what happened
 * @param checkers what must hold
 * @param clocks the wall clocks of the nodes, by id
 */
record World(
        Agenda agenda,
        Chance chance,
        Swarm swarm,
        Network network,
        Saboteur saboteur,
        Trace trace,
        Checkers checkers,
        Map<Integer, WallClock> clocks) {

    /** A world with clocks that the seed draws. */
    World(
            Agenda agenda,
            Chance chance,
            Swarm swarm,
            Network network,
            Saboteur saboteur,
            Trace trace,
            Checkers checkers) {
        this(
                agenda,
                chance,
                swarm,
                network,
                saboteur,
                trace,
                checkers,
                WallClock.draw(agenda, chance.split(), swarm));
    }

    /** The wall clock of a node's machine. */
    WallClock clock(int node) {
        return Objects.requireNonNull(clocks.get(node));
    }
}
