/** Tests of RDMA; those that are tagged so need a device, and run in the guest of {@code vm}. */
@NullMarked
package dev.squall.rdma;

import org.jspecify.annotations.NullMarked;
