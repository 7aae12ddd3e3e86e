/**
 * Total order inside a shard: {@link dev.squall.order.Multicast} is the protocol, {@link
 * dev.squall.order.SendRing} and {@link dev.squall.order.RingCursor} the two ends of a sender's
 * ring, {@link dev.squall.order.DeliverySink} what the next stage implements.
 */
@NullMarked
package dev.squall.order;

import org.jspecify.annotations.NullMarked;
