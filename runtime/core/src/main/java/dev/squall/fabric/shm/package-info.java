/**
 * One-sided writes between processes of one machine, by memory that both map: {@link
 * dev.squall.fabric.shm.ShmFabric} joins them. A node's memory is its {@link
 * dev.squall.fabric.shm.Home}, that of a peer a {@link dev.squall.fabric.shm.Neighbour}.
 */
@NullMarked
package dev.squall.fabric.shm;

import org.jspecify.annotations.NullMarked;
