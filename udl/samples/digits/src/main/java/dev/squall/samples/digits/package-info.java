/**
 * Reads one handwritten digit from one image: a UDL whose model was trained on real digits.
 *
 * <p>Begin at {@link dev.squall.samples.digits.ReadDigit}.
 */
@NullMarked
package dev.squall.samples.digits;

import org.jspecify.annotations.NullMarked;
