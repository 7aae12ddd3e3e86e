/**
 * The client: puts, reads, triggers and watches from outside the group, over sockets, without a
 * framework. Begin with {@link dev.squall.client.SquallClient}.
 */
@NullMarked
package dev.squall.client;

import org.jspecify.annotations.NullMarked;
