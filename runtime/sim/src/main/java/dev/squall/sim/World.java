package dev.squall.sim;

import dev.squall.sim.check.Checkers;

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
 */
record World(
        Agenda agenda,
        Chance chance,
        Swarm swarm,
        Network network,
        Saboteur saboteur,
        Trace trace,
        Checkers checkers) {}
