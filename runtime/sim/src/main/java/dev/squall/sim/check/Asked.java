package dev.squall.sim.check;

import dev.squall.node.Put;

/**
 * A put that a client has asked for.
 *
 * @param number counts the puts of a run
 * @param node the member that was asked
 * @param put what
 * @param crc CRC32C of its payload
 */
public record Asked(long number, int node, Put put, int crc) {

    public static Asked of(long number, int node, Put put) {
        return new Asked(number, node, put, Entry.crc(put.payload()));
    }

    @Override
    public String toString() {
        return "put %d of %s (%s, ack %s) at node %d"
                .formatted(
                        number,
                        put.key(),
                        put.producer() == null ? "no producer" : put.producer(),
                        put.ack().label(),
                        node);
    }
}
