/**
 * One-sided writes into the memory of other members: the only primitive that the protocols rest on.
 * {@link dev.squall.fabric.Fabric} is the contract, {@link dev.squall.fabric.tcp.TcpFabric} the
 * implementation for networks without RDMA.
 */
@NullMarked
package dev.squall.fabric;

import org.jspecify.annotations.NullMarked;
