/** The bare disk, measured beside what stands on it. */
@NullMarked
package dev.squall.bench.disk;

import org.jspecify.annotations.NullMarked;
