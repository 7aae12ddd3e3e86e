/**
 * Off-heap memory: {@link dev.squall.memory.Region} makes it, {@link dev.squall.memory.SecondHand}
 * hands it out again, {@link dev.squall.memory.Align} sizes it.
 */
@NullMarked
package dev.squall.memory;

import org.jspecify.annotations.NullMarked;
