package dev.squall.fabric;

import org.jspecify.annotations.Nullable;

/**
 * What a fabric tells its owner, on the owner's own thread, from within {@link Fabric#poll}, {@link
 * Fabric#flush} or {@link Fabric#await}. The owner may {@link Fabric#write}, {@link
 * Fabric#introduce}, {@link Fabric#forget} and {@link Fabric#drop} from within each of these.
 */
public interface FabricListener {

    /**
     * Why a peer that greets is not let in, or null when it is. It may be anybody of the cluster:
     * the owner alone decides who belongs to it. May be asked twice of one greeting.
     */
    @Nullable String refusal(Hello hello);

    /** A way to a peer is open. */
    void connected(int peer, Hello hello);

    /** A way that was open is closed; nothing more comes from the peer on it. */
    void lost(int peer, String reason);
}
