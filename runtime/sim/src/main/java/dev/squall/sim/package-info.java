/**
 * The simulation: the production classes of a whole cluster run in one thread, on a made-up
 * network, disk and clock, and every choice comes from one seed. Start at {@link
 * dev.squall.sim.Simulation}; {@link dev.squall.sim.check} holds what must be true.
 */
@NullMarked
package dev.squall.sim;

import org.jspecify.annotations.NullMarked;
