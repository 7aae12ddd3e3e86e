/**
 * Trains the model ({@link dev.squall.samples.digits.TrainDigits}), tests it on digits that
 * training never saw, and measures it ({@link dev.squall.samples.digits.MeasureDigits}).
 */
@NullMarked
package dev.squall.samples.digits;

import org.jspecify.annotations.NullMarked;
