/** Micro-benchmarks of single stages, run by {@code squall bench jmh}. */
@NullMarked
package dev.squall.bench.jmh;

import org.jspecify.annotations.NullMarked;
