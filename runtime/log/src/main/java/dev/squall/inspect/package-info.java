/** The program behind {@code squall log}. */
@NullMarked
package dev.squall.inspect;

import org.jspecify.annotations.NullMarked;
