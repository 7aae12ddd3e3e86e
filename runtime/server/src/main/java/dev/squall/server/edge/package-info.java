/** The edge agents and what they last said of themselves. */
@NullMarked
package dev.squall.server.edge;

import org.jspecify.annotations.NullMarked;
