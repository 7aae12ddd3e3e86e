package dev.squall.fabric;

/**
 * Opens the fabric on which another one stands: it makes the connections, lets peers in, tells of
 * their end, and carries what the other cannot.
 */
public interface Carrier {

    /**
     * As the owner's, with what this node says of its memory.
     *
     * @param self what this member says of itself
     * @param listener told before the owner is
     */
    Fabric open(Hello self, FabricListener listener);
}
