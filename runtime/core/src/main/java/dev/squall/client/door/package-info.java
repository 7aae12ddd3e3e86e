/**
 * Where a node lets clients in: {@link dev.squall.client.door.Door} serves their connections, and
 * asks the node by {@link dev.squall.client.door.Host} alone.
 */
@NullMarked
package dev.squall.client.door;

import org.jspecify.annotations.NullMarked;
