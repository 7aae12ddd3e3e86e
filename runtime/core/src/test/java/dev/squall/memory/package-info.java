/** Tests of the memory outside the heap. */
@NullMarked
package dev.squall.memory;

import org.jspecify.annotations.NullMarked;
