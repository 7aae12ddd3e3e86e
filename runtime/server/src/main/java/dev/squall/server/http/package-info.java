/** Small decoders of what HTTP brings (bodies, conditions, ranges, times), each for itself. */
@NullMarked
package dev.squall.server.http;

import org.jspecify.annotations.NullMarked;
