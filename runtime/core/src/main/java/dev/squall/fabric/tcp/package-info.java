/**
 * One-sided writes over TCP: {@link dev.squall.fabric.tcp.TcpFabric} owns the sockets, one {@link
 * dev.squall.fabric.tcp.Link} carries frames to and from one peer.
 */
@NullMarked
package dev.squall.fabric.tcp;

import org.jspecify.annotations.NullMarked;
