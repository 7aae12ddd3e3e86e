/**
 * Nodes as they are shipped, in processes of their own: started, asked by REST, killed, paused, cut
 * off and started again. Whatever was started, mounted or set up here is undone at the end.
 */
@NullMarked
package dev.squall.bench.node;

import org.jspecify.annotations.NullMarked;
