/**
 * A place to try a UDL without a node: its descriptor, its real models, and everything it says.
 *
 * <p>{@link dev.squall.workbench.Workbench} opens a UDL as a lane would, hands it objects and
 * returns what it put, triggered and replied. An engine for the models' platform must be in the
 * class path.
 */
@NullMarked
package dev.squall.workbench;

import org.jspecify.annotations.NullMarked;
