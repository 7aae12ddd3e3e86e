/** {@code squall bench soak}: whether nodes hold more, the longer they work at full speed. */
@NullMarked
package dev.squall.bench.soak;

import org.jspecify.annotations.NullMarked;
