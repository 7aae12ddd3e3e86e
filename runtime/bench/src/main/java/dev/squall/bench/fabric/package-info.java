/** {@code squall bench fabric}: whether a fabric keeps its promises for millions of writes. */
@NullMarked
package dev.squall.bench.fabric;

import org.jspecify.annotations.NullMarked;
