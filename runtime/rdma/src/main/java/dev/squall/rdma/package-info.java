/**
 * One-sided writes by RDMA, over DiSNI's verbs: {@link dev.squall.rdma.RdmaFabric} joins a {@link
 * dev.squall.rdma.Device} and, for each peer, a {@link dev.squall.rdma.Contact} that sets up a
 * {@link dev.squall.rdma.Way}.
 */
@NullMarked
package dev.squall.rdma;

import org.jspecify.annotations.NullMarked;
