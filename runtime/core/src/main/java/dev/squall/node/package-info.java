/**
 * The one place where the stages meet. {@link dev.squall.node.Node} is the composition and the door
 * for whatever stands in front of it; {@link dev.squall.node.GroupAgent} is the thread that moves
 * everything from the wire to the log.
 */
@NullMarked
package dev.squall.node;

import org.jspecify.annotations.NullMarked;
