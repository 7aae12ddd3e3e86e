/**
 * Finds what moves before a camera: a UDL that keeps one background for each camera and shares one
 * model among all.
 *
 * <p>Begin at {@link dev.squall.samples.motion.DetectMotion}.
 */
@NullMarked
package dev.squall.samples.motion;

import org.jspecify.annotations.NullMarked;
