/** Scripts written on the spot, run through the engine. */
@NullMarked
package dev.squall.torch;

import org.jspecify.annotations.NullMarked;
