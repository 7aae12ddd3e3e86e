/**
 * The node's outward surface on Quarkus. {@link dev.squall.server.NodeLife} starts the node that
 * everything here stands in front of; the core itself knows no framework.
 */
@NullMarked
package dev.squall.server;

import org.jspecify.annotations.NullMarked;
