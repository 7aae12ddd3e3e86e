package dev.squall.fabric;

import org.jspecify.annotations.Nullable;

/** What a fabric tells its owner, on the owner's own thread, from within {@link Fabric#poll}. */
public interface FabricListener {

    /** Why a peer that greets is not let in, or null when it is. */
    @Nullable String refusal(Hello hello);

    /** A way to a peer is open. */
    void connected(int peer, Hello hello);

    /** A way that was open is closed; nothing more comes from the peer on it. */
    void lost(int peer, String reason);
}
