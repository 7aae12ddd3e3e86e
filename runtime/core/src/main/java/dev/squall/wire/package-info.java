/**
 * Bytes only: {@link dev.squall.wire.RecordLayout}, the one form of a message on the wire, in the
 * log and on disk. No state, no I/O.
 */
@NullMarked
package dev.squall.wire;

import org.jspecify.annotations.NullMarked;
