/**
 * What must always hold, checked while a simulation runs: {@link dev.squall.sim.check.Checkers} is
 * told what happens and asks each {@link dev.squall.sim.check.Checker}; {@link
 * dev.squall.sim.check.ShardHistory} is the one order against which all replicas are held.
 */
@NullMarked
package dev.squall.sim.check;

import org.jspecify.annotations.NullMarked;
