/**
 * Proof that the simulator can fail: production classes with a bug planted in their source,
 * compiled in memory and run under the same seeds. {@link dev.squall.sim.mutant.Mutants} lists the
 * bugs, {@link dev.squall.sim.mutant.Hunt} looks for the first seed that finds one.
 */
@NullMarked
package dev.squall.sim.mutant;

import org.jspecify.annotations.NullMarked;
