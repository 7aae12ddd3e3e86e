/**
 * Clients that write down what they asked and were told, faults meanwhile, and checkers that hold
 * the two against each other. {@link dev.squall.bench.chaos.ChaosRun} puts it together.
 */
@NullMarked
package dev.squall.bench.chaos;

import org.jspecify.annotations.NullMarked;
