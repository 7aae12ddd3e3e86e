/**
 * The commands of {@code squall bench}. {@link dev.squall.bench.BenchMain} is the tree of them;
 * each starts what it measures, measures it, and prints rows.
 */
@NullMarked
package dev.squall.bench;

import org.jspecify.annotations.NullMarked;
