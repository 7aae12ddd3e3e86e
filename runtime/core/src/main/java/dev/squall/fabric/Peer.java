package dev.squall.fabric;

import java.net.InetSocketAddress;

/**
 * A member as the fabric knows it.
 *
 * @param id its node id
 * @param address where its fabric listens
 */
public record Peer(int id, InetSocketAddress address) {}
