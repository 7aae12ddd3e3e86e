/**
 * Authors the model ({@link dev.squall.samples.motion.AuthorMotion}), tests it on real frames, and
 * measures it ({@link dev.squall.samples.motion.MeasureMotion}).
 */
@NullMarked
package dev.squall.samples.motion;

import org.jspecify.annotations.NullMarked;
