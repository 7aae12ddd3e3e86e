/**
 * Local gets beside maps that others wrote: each system in a process of its own, filled with the
 * same and read in the same order.
 */
@NullMarked
package dev.squall.bench.maps;

import org.jspecify.annotations.NullMarked;
