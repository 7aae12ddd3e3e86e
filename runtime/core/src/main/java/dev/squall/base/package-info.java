/**
 * What every room of the node uses: {@link dev.squall.base.Clock} and {@link dev.squall.base.Hlc}
 * for time, {@link dev.squall.base.Agent} for a thread's duty cycle, {@link
 * dev.squall.base.Version} and {@link dev.squall.base.Key} for the two names of an object, and
 * {@link dev.squall.base.Failure} for everything that a caller has to be told.
 */
@NullMarked
package dev.squall.base;

import org.jspecify.annotations.NullMarked;
