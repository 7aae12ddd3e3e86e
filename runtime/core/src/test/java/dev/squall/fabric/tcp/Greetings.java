package dev.squall.fabric.tcp;

import dev.squall.fabric.FabricEnds;

/** What a member says first. */
public final class Greetings {

    private Greetings() {}

    /** The greeting of a node that is new in a cluster. */
    public static byte[] of(String cluster, int node) {
        return Handshake.encode(FabricEnds.hello(cluster, node, 1)).array();
    }
}
