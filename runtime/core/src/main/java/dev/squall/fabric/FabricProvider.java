package dev.squall.fabric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A fabric that lives outside the core, since it needs libraries that not every node has. Found by
 * {@link ServiceLoader}, so that the core compiles and runs without it.
 */
public interface FabricProvider {

    /** The name by which {@code squall.fabric} chooses it. */
    String name();

    /**
     * Opens the fabric.
     *
     * @param self what this member says of itself
     * @param address where the member's fabric listens
     * @param otherwise what to do about peers without this fabric
     * @param carrier the fabric to stand on
     * @throws IOException when it is not possible here; says what is missing and what to do
     */
    Fabric open(
            Hello self,
            InetSocketAddress address,
            Otherwise otherwise,
            Carrier carrier,
            FabricListener owner)
            throws IOException;

    /** The provider of this name, if this program has it. */
    static Optional<FabricProvider> find(String name) {
        return ServiceLoader.load(FabricProvider.class, FabricProvider.class.getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.name().equals(name))
                .findFirst();
    }
}
