/** What threads may see of a shard's index: jcstress asks the hardware and the compilers. */
@NullMarked
package dev.squall.store;

import org.jspecify.annotations.NullMarked;
