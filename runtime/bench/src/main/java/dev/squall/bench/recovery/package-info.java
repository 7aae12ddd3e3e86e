/** How long a shard takes to open, by how much it holds and by how much it has held. */
@NullMarked
package dev.squall.bench.recovery;

import org.jspecify.annotations.NullMarked;
