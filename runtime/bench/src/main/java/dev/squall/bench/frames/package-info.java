/**
 * What becomes of a camera's frames: {@link dev.squall.bench.frames.FrameAudit} reads back what a
 * running cluster has kept and counts what is missing, double or out of order.
 */
@NullMarked
package dev.squall.bench.frames;

import org.jspecify.annotations.NullMarked;
